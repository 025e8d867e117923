"""Which release a submission was made from: by the texts that it carries, then by its receipt."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from autograder.course import history, releases
from autograder.course.history import keep_release, name_package
from autograder.course.releases import (
    PACKAGES,
    STUDENT_VERSION,
    Releases,
    history_of,
    kept_releases,
    open_releases,
)
from autograder.course.settings import Course
from autograder.course.workspace import SubmittedFile
from autograder.errors import UsageError
from autograder.grading import past_release
from autograder.grading.preparation import load_source
from autograder.grading.worker import WorkerSetup
from tests.grading.fakes import ASSIGNMENT, find

Document = dict[str, Any]
Edit = Callable[[Document], None]


def read(course: Course) -> Document:
    """The source notebook."""
    document: Document = json.loads(course.notebook(ASSIGNMENT).read_bytes())
    return document


def keep(course: Course, change: Edit | None = None) -> Document:
    """Change the source notebook, and release it; returns what students got."""
    document = read(course)
    if change is not None:
        change(document)
        course.notebook(ASSIGNMENT).write_text(json.dumps(document))
    source = load_source(course, ASSIGNMENT)
    keep_release(course, source)
    cells = [
        {"cell_type": cell.kind, "id": f"c{n}", "metadata": cell.metadata, "source": cell.source}
        for n, cell in enumerate(source.cells)
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def say(text: str) -> Edit:
    """Put an explanation at the top of the notebook in place of the one before."""

    def change(document: Document) -> None:
        cells = [cell for cell in document["cells"] if cell.get("id") != "said"]
        said = {"cell_type": "markdown", "id": "said", "metadata": {}, "source": text}
        document["cells"] = [said, *cells]

    return change


def answer(text: str) -> Edit:
    """Change the reference solution of ``double``."""

    def change(document: Document) -> None:
        find(document, "double-solution")["source"] = (
            f"def double(x):\n    ### BEGIN SOLUTION\n    return {text}\n    ### END SOLUTION"
        )

    return change


def both(*edits: Edit) -> Edit:
    """One change after the other."""

    def change(document: Document) -> None:
        for edit in edits:
            edit(document)

    return change


def submitted(document: Document, *, release: str = "") -> SubmittedFile:
    """A notebook as it comes in."""
    return SubmittedFile("s", json.dumps(document).encode(), release=release)


def opened(course: Course) -> Releases:
    """What tells the releases of the assignment apart, as it is now."""
    return open_releases(course, load_source(course, ASSIGNMENT))


def number(releases: Releases, submission: SubmittedFile) -> int:
    """Number of the earlier release that a submission is of; 0 for the present one."""
    found = releases.of(submission)
    return found.number if found else 0


def test_a_submission_is_of_the_release_whose_texts_it_carries(course: Course) -> None:
    """three releases, each of which asks and expects something else."""
    first = keep(course, both(say("Return 2x."), answer("2 * x")))
    second = keep(course, both(say("Return 3x."), answer("3 * x")))
    third = keep(course, both(say("Return 4x."), answer("4 * x")))
    releases = opened(course)
    assert [one.number for one in releases.earlier] == [2, 1]
    assert [number(releases, submitted(one)) for one in (first, second, third)] == [1, 2, 0]
    assert releases.digest


def test_what_a_student_has_done_to_the_notebook_does_not_matter(course: Course) -> None:
    """an answer, notes, a deleted and an edited cell."""
    first = keep(course, both(say("Return 2x."), answer("2 * x")))
    second = keep(course, both(say("Return 3x."), answer("3 * x")))
    releases = opened(course)
    for expected, document in ((1, first), (0, second)):
        find(document, "double-solution")["source"] = "def double(x):\n    return x + x"
        note = {"cell_type": "markdown", "metadata": {}, "source": "Mind the *sign*."}
        document["cells"].append(note)
        assert number(releases, submitted(document)) == expected
        del document["cells"][2]
        assert number(releases, submitted(document)) == expected
        document["cells"][0]["source"] += "  \r\n"
        assert number(releases, submitted(document)) == expected


def test_other_words_alone_make_no_earlier_release(course: Course) -> None:
    """a typing error that was mended costs no second process, and no sentence."""
    first = keep(course, say("Retrun 2x."))
    keep(course, say("Return 2x."))
    assert len(kept_releases(course, ASSIGNMENT)) == 2
    assert opened(course).earlier == ()
    assert number(opened(course), submitted(first)) == 0
    assert opened(course).digest == ""


def test_who_had_the_same_texts_is_judged_by_the_mended_solution(course: Course) -> None:
    """one release with one text, however often it is built."""
    first = keep(course, both(say("Return 2x."), answer("3 * x")))
    keep(course, answer("2 * x"))
    assert [one.number for one in kept_releases(course, ASSIGNMENT)] == [1]
    keep(course, both(say("Return 4x."), answer("4 * x")))
    (past_release,) = opened(course).earlier
    assert past_release.number == number(opened(course), submitted(first)) == 1
    assert "return 2 * x" in past_release.notebook.read_text()


def test_what_is_not_released_yet_is_not_what_students_have(course: Course) -> None:
    """the notebook has been edited since: students are graded against what they were given."""
    given = keep(course, both(say("Return 2x."), answer("2 * x")))
    document = read(course)
    both(say("Return 5x."), answer("5 * x"))(document)
    course.notebook(ASSIGNMENT).write_text(json.dumps(document))
    assert number(opened(course), submitted(given)) == 1


def test_a_receipt_decides_only_where_the_texts_do_not(course: Course) -> None:
    """a notebook that has lost its texts is of the package that it was handed in with."""
    first = keep(course, both(say("Return 2x."), answer("2 * x")))
    name_package(course, load_source(course, ASSIGNMENT), "1-aaaa0000")
    second = keep(course, both(say("Return 3x."), answer("3 * x")))
    name_package(course, load_source(course, ASSIGNMENT), "2-bbbb0000")
    releases = opened(course)
    bare = {**first, "cells": first["cells"][1:]}
    assert number(releases, submitted(bare)) == 0
    assert number(releases, submitted(bare, release="1-aaaa0000")) == 1
    assert number(releases, submitted(bare, release="2-bbbb0000")) == 0
    assert number(releases, submitted(bare, release="7-unknown")) == 0
    assert number(releases, submitted(second, release="1-aaaa0000")) == 0
    assert number(releases, submitted(first, release="2-bbbb0000")) == 1


@pytest.mark.parametrize("content", ["", "[]", '{"1-aaaa0000": "1"}', '{"1-aaaa0000": true}'])
def test_a_damaged_list_of_packages_says_nothing(course: Course, content: str) -> None:
    """what cannot be read decides nothing, and is written anew with the next package."""
    first = keep(course, both(say("Return 2x."), answer("2 * x")))
    name_package(course, load_source(course, ASSIGNMENT), "1-aaaa0000")
    keep(course, both(say("Return 3x."), answer("3 * x")))
    bare = submitted({**first, "cells": first["cells"][1:]}, release="1-aaaa0000")
    assert number(opened(course), bare) == 1
    path = history_of(course, ASSIGNMENT) / PACKAGES
    path.write_text(content)
    assert number(opened(course), bare) == 0
    name_package(course, load_source(course, ASSIGNMENT), "2-bbbb0000")
    assert json.loads(path.read_text()) == {"2-bbbb0000": 2}


def test_a_damaged_package_costs_the_others_nothing(course: Course) -> None:
    """one entry that cannot be read is passed over alone."""
    first = keep(course, both(say("Return 2x."), answer("2 * x")))
    name_package(course, load_source(course, ASSIGNMENT), "1-aaaa0000")
    keep(course, both(say("Return 3x."), answer("3 * x")))
    bare = submitted({**first, "cells": first["cells"][1:]}, release="1-aaaa0000")
    path = history_of(course, ASSIGNMENT) / PACKAGES
    path.write_text(json.dumps({**json.loads(path.read_text()), "9-cccc0000": "nine"}))
    assert number(opened(course), bare) == 1


def test_building_again_touches_nothing(course: Course) -> None:
    """what is kept and has not changed is not written anew, with a plug to be pulled meanwhile."""
    keep(course, say("Return 2x."))
    (kept,) = kept_releases(course, ASSIGNMENT)
    before = (kept.folder / STUDENT_VERSION).stat().st_ino
    keep(course)
    assert (kept.folder / STUDENT_VERSION).stat().st_ino == before


def test_a_mended_release_takes_its_place_on_any_file_system(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """also where two folders cannot be exchanged in one step, and nothing is left beside it."""
    monkeypatch.setattr(history, "swap", lambda _one, _other: False)
    keep(course, both(say("Return 2x."), answer("3 * x")))
    keep(course, answer("2 * x"))
    (kept,) = kept_releases(course, ASSIGNMENT)
    assert "return 2 * x" in kept.notebook.read_text()
    assert [path.name for path in kept.folder.parent.iterdir()] == ["1"]


def test_whatever_goes_wrong_with_one_notebook_costs_no_other(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """a notebook that trips our own reader is told where it is graded."""

    def trip(_content: bytes) -> None:
        raise AttributeError

    first = keep(course, both(say("Return 2x."), answer("2 * x")))
    keep(course, both(say("Return 3x."), answer("3 * x")))
    monkeypatch.setattr(releases, "read_notebook", trip)
    assert number(opened(course), submitted(first)) == 0


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"no notebook", id="no-json"),
        pytest.param(b"[" * 100_000, id="too-deep"),
        pytest.param(b'{"cells": []}', id="no-cells"),
        pytest.param(b'{"cells": [1, {"source": 3}]}', id="malformed-cells"),
        pytest.param(b'{"cells": [{"cell_type": "code", "source": "x = 1"}]}', id="foreign"),
    ],
)
def test_what_is_of_no_release_is_of_the_present_one(course: Course, content: bytes) -> None:
    """whatever is wrong with it is told where it is graded."""
    keep(course, both(say("Return 2x."), answer("2 * x")))
    keep(course, both(say("Return 3x."), answer("3 * x")))
    assert number(opened(course), SubmittedFile("s", content)) == 0


@pytest.mark.parametrize("content", ["{", "{}", ""])
@pytest.mark.parametrize(
    "damaged", [STUDENT_VERSION, f"assignments/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"]
)
def test_a_damaged_release_is_told_before_anything_is_graded(
    course: Course, damaged: str, content: str
) -> None:
    """with what to do."""
    keep(course, both(say("Return 2x."), answer("2 * x")))
    keep(course, both(say("Return 3x."), answer("3 * x")))
    first, _ = kept_releases(course, ASSIGNMENT)
    (first.folder / damaged).write_text(content)
    with pytest.raises(UsageError, match="cannot be read; put it back, or remove the folder"):
        opened(course)


def test_only_its_owner_can_read_what_is_kept(course: Course) -> None:
    """it holds the answers."""
    keep(course)
    assert (course.workspace / "history").stat().st_mode & 0o77 == 0


def test_whoever_gets_no_verdict_is_looked_at_by_a_person(
    course: Course, worker_setup: WorkerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """the other process ended early, or wrote what is no verdict: nobody is left out."""
    keep(course, both(say("Return 2x."), answer("2 * x")))
    (release,) = kept_releases(course, ASSIGNMENT)
    batch = [SubmittedFile("a", b"{}"), SubmittedFile("b", b"{}")]
    for lines in ((), ("no json",), ('{"result": 3}',)):

        @contextmanager
        def grader(*_: object, lines: tuple[str, ...] = lines, **__: object) -> Iterator[Any]:
            yield lines

        monkeypatch.setattr(past_release, "_grader", grader)
        verdicts = dict(past_release.grade_earlier(course, worker_setup, release, batch, jobs=1))
        assert list(verdicts) == batch
        for verdict in verdicts.values():
            assert str(verdict).startswith("release 1 could not be graded: ")
