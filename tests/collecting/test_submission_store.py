"""A submission is replaced as a whole or not at all, even if a run is killed in between."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.collecting import submission_store
from autograder.course.files import swap
from autograder.course.settings import Course, load_course
from autograder.errors import UsageError
from tests.collecting.conftest import PROJECT
from tests.collecting.downloads import (
    NOTEBOOK_NAME,
    actions,
    all_files,
    collect_from,
    moodle,
    notebook,
    rows_by_student,
    stored_files,
    submit_to_exchange,
    zipped,
)
from tests.grading.fakes import ASSIGNMENT, make_course


def in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Act as a file system that cannot exchange two folders."""
    monkeypatch.setattr(submission_store, "swap", lambda *_: False)


def versions(course: Course) -> list[bytes]:
    """All notebooks in the workspace."""
    return sorted(path.read_bytes() for path in course.workspace.rglob(NOTEBOOK_NAME))


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """An earlier and a later zip of one student."""
    return (
        zipped(tmp_path / "1.zip", moodle("Ada Lovelace", notebook(1))),
        zipped(tmp_path / "2.zip", moodle("Ada Lovelace", notebook(2), days=1)),
    )


def test_folders_are_exchanged(tmp_path: Path) -> None:
    """Two folders are exchanged in one step, and nothing happens if one is missing."""
    one, other = tmp_path / "one", tmp_path / "other"
    for path in (one, other):
        path.mkdir()
        (path / path.name).write_text("")
    assert swap(one, other)
    assert [path.name for path in one.iterdir()] == ["other"]
    with pytest.raises(FileNotFoundError):
        swap(one, tmp_path / "none")


@pytest.mark.parametrize("steps", [False, True], ids=["at once", "in steps"])
def test_what_is_replaced_is_kept(
    course: Course,
    two: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    steps: bool,  # noqa: FBT001
) -> None:
    """What was replaced is kept under its time, on every file system."""
    if steps:
        in_steps(monkeypatch)
    collect_from(course, two[0])
    row = rows_by_student(collect_from(course, two[1]))["ada"]
    assert stored_files(course, "ada")[NOTEBOOK_NAME] == notebook(2)
    assert row.kept == f"submitted-earlier/ada/{ASSIGNMENT}/20300110T120000"
    assert versions(course) == [notebook(1), notebook(2)]
    assert not list(course.submitted.glob("*/.*"))


@pytest.mark.parametrize("steps", [False, True], ids=["at once", "in steps"])
@pytest.mark.parametrize("error", [OSError(28, "No space left"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("at", range(6))
def test_a_crash_loses_nothing(
    course: Course,
    two: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    *,
    at: int,
    error: BaseException,
    steps: bool,
) -> None:
    """The old or the new submission is there, complete, and a second run finishes."""
    collect_from(course, two[0])
    if steps:
        in_steps(monkeypatch)
    left = [at]

    def failing(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            left[0] -= 1
            if left[0] == -1:
                raise error
            return real(*arguments)

        return call

    with monkeypatch.context() as patch:
        for owner, name in ((Path, "rename"), (submission_store, "swap"), (shutil, "copyfile")):
            patch.setattr(owner, name, failing(getattr(owner, name)))
        try:
            collect_from(course, two[1])
        except (UsageError, KeyboardInterrupt):
            assert notebook(1) in versions(course)
            assert stored_files(course, "ada")[NOTEBOOK_NAME] in {notebook(1), notebook(2)}
    collect_from(course, two[1])
    assert stored_files(course, "ada")[NOTEBOOK_NAME] == notebook(2)
    assert set(versions(course)) == {notebook(1), notebook(2)}
    assert not list(course.submitted.glob("*/.*"))
    assert not list(course.workspace.glob(".collecting-*"))


def test_a_killed_run_is_recovered(course: Course, two: tuple[Path, Path]) -> None:
    """What it had set aside is put back or kept, and its drafts are deleted."""
    collect_from(course, two[0])
    place = course.submitted / "ada" / ASSIGNMENT
    place.rename(place.with_name(f".{ASSIGNMENT}.01234567.old"))
    draft = place.with_name(f".{ASSIGNMENT}.01234567.new")
    draft.mkdir()
    (course.workspace / ".collecting-01234567").mkdir()
    assert actions(collect_from(course, two[0])) == {"ada": "unchanged"}
    shutil.copytree(place, place.with_name(f".{ASSIGNMENT}.89abcdef.old"))
    assert actions(collect_from(course, two[0])) == {"ada": "unchanged"}
    assert [path.name for path in place.parent.iterdir()] == [ASSIGNMENT]
    assert versions(course) == [notebook(1), notebook(1)]
    assert not draft.exists()
    assert not list(course.workspace.glob(".collecting-*"))


def test_a_place_that_cannot_be_written(course: Course, two: tuple[Path, Path]) -> None:
    """One sentence says that it cannot be written."""
    course.submitted.mkdir(parents=True)
    (course.submitted / "ada").write_text("in the way")
    with pytest.raises(UsageError, match="cannot be written"):
        collect_from(course, two[0])


MARKS = st.lists(
    st.tuples(st.sampled_from(["ada", "jose", "lee"]), st.integers(0, 3), st.integers(0, 5)),
    min_size=1,
    max_size=6,
    unique_by=lambda one: (one[0], one[2]),
)


@settings(max_examples=25)
@given(MARKS, st.randoms(use_true_random=False))
def test_the_order_of_collecting_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, submissions: list[tuple[str, int, int]], random: Any
) -> None:
    """The latest is there in the end, and collecting everything again changes nothing."""
    root = tmp_path_factory.mktemp("course")
    course = load_course(make_course(root, PROJECT))
    shuffled = list(submissions)
    random.shuffle(shuffled)
    for number, (student, mark, day) in enumerate(shuffled):
        inbound = root / f"exchange{number % 2}" / "inbound"
        submit_to_exchange(inbound, student, mark, days=day)
        collect_from(course, inbound)
    last = {
        student: (day, mark) for student, mark, day in sorted(submissions, key=lambda one: one[2])
    }
    for student, (day, mark) in last.items():
        files = stored_files(course, student)
        assert files[NOTEBOOK_NAME] == notebook(mark)
        assert files["timestamp.txt"] == f"2030-01-{10 + day} 12:00:00.000000 UTC".encode()
    before = all_files(course.workspace)
    for number in range(min(2, len(shuffled))):
        collect_from(course, root / f"exchange{number}")
    assert all_files(course.workspace) == before
