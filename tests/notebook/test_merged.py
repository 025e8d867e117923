"""Merging: the student's text in the instructor's frame."""

import copy
import json

from autograder.model.cells import Role
from autograder.notebook.merged import MergedNotebook, blank, merge, missing_sentence
from autograder.notebook.source import SourceNotebook
from autograder.notebook.submitted import read_notebook
from tests.grading.fakes import Notebook, answered, cell, find, notebook, released_notebook


def merged(document: Notebook, source: SourceNotebook) -> MergedNotebook:
    """What becomes of a submission."""
    return merge(read_notebook(json.dumps(document).encode()), source)


def names(submission: MergedNotebook) -> list[str]:
    """The grade_id of each cell, empty for the student's own."""
    return [one.source.grade_id if one.source else "" for one in submission.cells]


def closes(submission: MergedNotebook) -> dict[str, str]:
    """For each exercise, the text of the cell behind which its section ends."""
    return {name: one.source for one in submission.program.cells for name in one.closes}


def test_the_students_solutions_run_in_the_sources_frame(source: SourceNotebook) -> None:
    """setup, examples and solutions run; grade cells and texts do not."""
    submission = merged(answered(), source)
    assert [one.source for one in submission.program.cells] == [
        "import math",
        "half = 0.5\nprint(half)",
        "def double(x):\n    return 2 * x",
        "def square(x):\n    return x * x",
    ]
    assert submission.positions == (1, 2, 3, 5)
    assert not submission.problems
    assert not submission.unanswered


def test_a_section_ends_before_the_next_solution(source: SourceNotebook) -> None:
    """the last cell that runs before the next exercise closes one, and the last of all the rest."""
    document = answered()
    document["cells"].insert(5, cell("code", "double = None"))
    ends = closes(merged(document, source))
    assert ends == {"double": "double = None", "square": "def square(x):\n    return x * x"}


def test_solutions_that_were_moved_are_read_to_the_end(source: SourceNotebook) -> None:
    """an exercise that stands below its successor keeps everything that the notebook defines."""
    document = answered()
    document["cells"][3], document["cells"][5] = document["cells"][5], document["cells"][3]
    ends = closes(merged(document, source))
    assert ends["double"] == ends["square"] == "def double(x):\n    return 2 * x"


def test_a_changed_locked_cell_is_the_original_again(source: SourceNotebook) -> None:
    """neither text nor points nor tags of a locked cell come from the submission."""
    document = answered()
    find(document, "setup")["source"] = "raise SystemExit"
    grade = find(document, "double")
    grade["source"] = "100"
    grade["metadata"]["nbgrader"] |= {"points": 99, "schema_version": 99, "solution": True}
    grade["metadata"]["tags"] = ["skip-execution"]
    submission = merged(document, source)
    setup, graded = submission.cells[1], submission.cells[4]
    assert setup.text == "import math"
    assert graded.source is not None
    assert (graded.text, graded.source.points, graded.source.role) == (
        "check(double)",
        4.0,
        Role.GRADE,
    )
    assert submission.problems == (
        "the locked cell `setup` had been changed; the original was used",
        "the locked cell `double` had been changed; the original was used",
    )


def test_white_space_at_line_ends_is_no_change(source: SourceNotebook) -> None:
    """what an editor does by itself is not held against anyone."""
    document = answered()
    find(document, "setup")["source"] = "import math  \r\n"
    assert not merged(document, source).problems


def test_missing_cells_are_put_back_in_their_places(source: SourceNotebook) -> None:
    """the notebook is whole again, and each cell's absence is told."""
    document = answered()
    gone = {"setup", "double", "double-solution", "why"}
    document["cells"] = [
        one
        for one in document["cells"]
        if one["metadata"].get("nbgrader", {}).get("grade_id") not in gone
    ]
    submission = merged(document, source)
    assert [name for name in names(submission) if name] == list(source.named)
    assert submission.missing == {"double"}
    assert submission.problems == (
        "the locked cell `setup` was missing; it was put back",
        "the locked cell `double` was missing; it was put back",
        (
            "the cell `why` was missing; it was graded as empty, and a person has to look whether "
            "another cell holds the answer"
        ),
    )


def test_a_stub_that_was_put_back_does_not_run(source: SourceNotebook) -> None:
    """a function that the student defines in another cell is not replaced by the stub."""
    document = answered()
    find(document, "double-solution").update(metadata={}, id="another")
    submission = merged(document, source)
    texts = [one.source for one in submission.program.cells]
    assert texts.count("def double(x):\n    return 2 * x") == 1
    assert not any("NotImplementedError" in text for text in texts)
    assert closes(submission)["double"] == texts[-1]


def test_the_first_of_two_cells_counts(source: SourceNotebook) -> None:
    """the later one runs as an ordinary cell, and keeps no name."""
    document = answered()
    again = copy.deepcopy(find(document, "double-solution"))
    again["source"] = "double = 3"
    document["cells"].append(again)
    submission = merged(document, source)
    assert names(submission).count("double-solution") == 1
    assert submission.program.cells[-1].source == "double = 3"
    assert submission.problems[0].startswith("the cell `double-solution` was there more than once")


def test_of_two_cells_the_one_that_was_filled_in_counts(source: SourceNotebook) -> None:
    """a copy keeps its name, and the student may have worked in the copy."""
    document = answered()
    for name, stub in (("why", "YOUR ANSWER HERE"), ("double-solution", "def double(x): ...")):
        untouched = copy.deepcopy(find(released_notebook(), name))
        document["cells"].insert(2, untouched)
        assert find(document, name) is untouched, stub
    submission = merged(document, source)
    assert not submission.unanswered
    assert [
        one.text for one in submission.cells if one.source and one.source.grade_id == "why"
    ] == ["Because two times three is six."]
    assert submission.problems[0] == (
        "the cells `double-solution`, `why` were there more than once; the first one that was "
        "filled in counted, the others were treated as ordinary cells"
    )


def test_cells_that_lost_their_names_are_recognised(source: SourceNotebook) -> None:
    """by Jupyter's id, or where they are locked by their text, and one sentence says so."""
    document = answered()
    for one in document["cells"]:
        one["metadata"] = {}
    submission = merged(document, source)
    assert [name for name in names(submission) if name] == list(source.named)
    assert submission.problems == (
        (
            "the cells `setup`, `double-solution`, `double` and 3 more were without nbgrader's "
            "metadata, which says what a cell is; recognised and graded as usual"
        ),
    )
    for one in document["cells"]:
        del one["id"]
    submission = merged(document, source)
    assert submission.missing == {"double", "square"}
    assert [one.text for one in submission.cells].count("import math") == 1


def test_a_notebook_without_any_graded_cell_is_told_once(source: SourceNotebook) -> None:
    """with the name of the assignment that it looks like, where it is one of the course's."""
    document = notebook(
        cell("code", "import math", grade_id="setup", locked=True),
        cell("code", "def half(x): ...", grade_id="half-solution", solution=True),
    )
    beside = source.beside({"halves": frozenset({"setup", "half-solution"}), "none": frozenset()})
    assert merged(document, beside).problems == (
        "this looks like the notebook of `halves`, not of `sums`; hand in `sums.ipynb`",
    )
    assert merged(document, source).problems == (
        "no exercise cell of `sums` was in the file; if it is the wrong file, hand in `sums.ipynb`",
    )


def test_foreign_names_mean_nothing(source: SourceNotebook) -> None:
    """a cell that claims to be something the source does not know is an ordinary cell."""
    document = answered()
    foreign = cell("code", "x = 1", grade_id="bonus", grade=True, points=100, locked=True)
    document["cells"].append(foreign)
    submission = merged(document, source)
    assert submission.cells[-1].source is None
    assert submission.program.cells[-1].source == "x = 1"


def test_the_kind_of_a_cell_comes_from_the_source(source: SourceNotebook) -> None:
    """a solution that was made a text is code again."""
    document = answered()
    changed = find(document, "double-solution")
    changed["cell_type"] = "markdown"
    submission = merged(document, source)
    assert "def double(x):\n    return 2 * x" in [c.source for c in submission.program.cells]
    assert submission.problems == (
        "the cell `double-solution` had been made a markdown cell; it was read as a code cell",
    )


def test_what_is_as_it_was_released_is_unanswered(source: SourceNotebook) -> None:
    """stubs and untouched answers are known as such."""
    submission = merged(released_notebook(), source)
    assert submission.unanswered == {"double-solution", "square-solution", "why"}
    assert blank(source).unanswered == submission.unanswered


def test_an_empty_notebook_still_closes_every_section(source: SourceNotebook) -> None:
    """sections end behind a cell that runs, even when the student has left none."""
    document = answered()
    document["cells"] = []
    submission = merged(document, source)
    assert set(closes(submission)) == {"double", "square"}
    assert submission.missing == {"double", "square"}


def test_what_a_missing_solution_meant_is_told_truly() -> None:
    """the sentence depends on whether the function was found elsewhere."""
    assert missing_sentence("double", found=False).endswith("it was graded as empty")
    assert "another cell defines" in missing_sentence("double", found=True)


def test_solutions_are_the_students_own_cells(source: SourceNotebook) -> None:
    """one that was missing and put back is not among them."""
    document = answered()
    document["cells"] = [one for one in document["cells"] if "square" not in str(one["metadata"])]
    assert merged(answered(), source).solutions == {
        "double": "def double(x):\n    return 2 * x",
        "square": "def square(x):\n    return x * x",
    }
    assert merged(document, source).solutions == {"double": "def double(x):\n    return 2 * x"}
