"""What stands in a grade cell and in the notebook around it."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbconvert.filters.markdown import markdown2html_mistune
from nbgrader.utils import determine_grade

from autograder.course.files import write_atomically
from autograder.errors import UsageError
from autograder.model.verdict import CheckResult, ExerciseResult, Outcome
from autograder.notebook.autograded import autograded_notebook
from autograder.notebook.merged import merge
from autograder.notebook.report import exercise_page, grade_outputs, problems_page
from autograder.notebook.source import SourceNotebook
from autograder.notebook.submitted import read_notebook
from tests.grading.fakes import answered, cell

ATTACK = "<script>alert(1)</script>\x1b[2J\u202e\"'"
RESULT = ExerciseResult(
    name="double",
    points=1.5,
    max_points=4.0,
    outcome=Outcome.FAILED,
    diagnosis=ATTACK,
    hint=ATTACK,
    checks=(CheckResult("test_a", ATTACK, Outcome.FAILED, True, 1.0, ATTACK),),  # noqa: FBT003
)


class Tags(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag and the names of its attributes."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Each tag closes the one that was opened last."""
        assert self.open.pop() == tag


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_report_is_made_of_harmless_tags(outcome: Outcome) -> None:
    """every text is escaped, and nothing is loaded or run."""
    exercise = ExerciseResult(
        "double", 0.0, 4.0, outcome, diagnosis=ATTACK, hint=ATTACK, checks=RESULT.checks
    )
    page = exercise_page(exercise)
    tags = Tags()
    tags.feed(page)
    assert tags.tags <= {"div", "span", "code", "b", "table", "tbody", "tr", "td"}
    assert tags.attributes <= {"class", "style", "title"}
    assert not tags.open
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_what_happened_is_shown_without_a_name() -> None:
    """a hint that names no mistake says what happened, escaped."""
    hint = "It happened in line 2 of the cell: “x = '<script>'”."
    page = exercise_page(ExerciseResult("double", 0.0, 4.0, Outcome.RAISED, hint=hint))
    assert "<b>What happened:</b> It happened in line 2" in page
    assert "This looks like" not in page
    assert "<script>" not in page


def test_nothing_known_is_nothing_said() -> None:
    """without a name and a hint there is no note."""
    page = exercise_page(ExerciseResult("double", 0.0, 4.0, Outcome.FAILED))
    assert "What happened" not in page


def test_nbgrader_reads_the_points_from_a_grade_cell(source: SourceNotebook) -> None:
    """half points, all and none come out as they went in."""
    submission = merge(read_notebook(json.dumps(answered()).encode()), source)
    for points in (0.0, 1.5, 4.0):
        result = ExerciseResult("double", points, 4.0, Outcome.FAILED)
        text = autograded_notebook(submission, source, outputs=(), exercises=[result], problems=())
        written = nbformat.reads(text, as_version=4)
        assert determine_grade(written.cells[4]) == (points, 4.0)


def test_points_never_leave_their_range() -> None:
    """nbgrader would lose a submission with more than the maximum."""
    high = ExerciseResult("double", 4.000000001, 4.0, Outcome.PASSED)
    low = ExerciseResult("double", -1.0, 4.0, Outcome.FAILED)
    texts = [grade_outputs(r, execution_count=1)[0]["data"]["text/plain"] for r in (high, low)]
    assert texts == ["4", "0"]


def test_the_autograded_notebook_is_valid(source: SourceNotebook) -> None:
    """it is nbformat 4.5 with nbgrader's metadata, whatever the student's outputs were."""
    document = answered()
    document["cells"].append(cell("code", "x"))
    submission = merge(read_notebook(json.dumps(document).encode()), source)
    outputs = [
        (
            {"output_type": "stream", "name": "stdin", "text": "\ud800"},
            {"output_type": "stream", "name": ["x"], "text": 3},
            {"output_type": "error", "ename": 1, "evalue": "v", "traceback": ["t", 2]},
            {"output_type": "error", "traceback": 5},
            {"output_type": "display_data", "data": {"text/html": ATTACK}},
            {"output_type": "display_data", "data": {"image/png": "aGk=", "text/html": ATTACK}},
            {"output_type": "execute_result", "data": {"text/plain": ["a", "b"]}},
            {"output_type": "display_data", "data": 7},
            {"output_type": ["x"]},
        )
    ]
    text = autograded_notebook(
        submission, source, outputs=outputs, exercises=[RESULT], problems=("a <b>problem",)
    )
    written = nbformat.reads(text, as_version=4)
    nbformat.validate(written)
    assert "&lt;b&gt;problem" in written.cells[0].source
    assert len(written.cells[2].outputs) == 7
    assert ATTACK not in text
    assert "<script>" not in text


def test_names_in_a_sentence_are_shown_as_code() -> None:
    """as in the notes above them; a backtick by itself stays what it is, and all is escaped."""
    hint = "The cell `double-solution` ended: there is no module named `<b>` here, ` or so."
    page = exercise_page(ExerciseResult("double", 0.0, 4.0, Outcome.MISSING, hint=hint))
    assert re.findall(r"<code[^>]*padding:0[^>]*>([^<]*)</code>", page) == [
        "double-solution",
        "&lt;b&gt;",
    ]
    assert " here, ` or so." in page


def test_no_problems_need_no_cell() -> None:
    """a submission that nothing was wrong with gets no note."""
    assert problems_page(()) == ""


def test_a_line_that_is_quoted_reads_as_it_was_written() -> None:
    """and names stay code: no part of it is taken for an emphasis."""
    line = "the cell `my_own_name` ended in line 1, “y = a*b*c + __x__ ~~2~~”"
    page = markdown2html_mistune(problems_page((line,)))
    assert "<code>my_own_name</code>" in page
    assert "“y = a*b*c + __x__ ~~2~~”" in page


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """a folder that cannot be made is told, and nothing stays behind."""
    folder = tmp_path
    (folder / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        write_atomically(folder / "file" / "inside", "text")
    write_atomically(folder / "new" / "file", "ä\n")
    assert (folder / "new" / "file").read_bytes() == "ä\n".encode()
    assert len(list((folder / "new").iterdir())) == 1
