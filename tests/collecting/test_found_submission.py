"""Which of several files is the notebook, and which name is whose."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.collecting.found_submission import (
    FoundSubmission,
    SubmittedFile,
    content_of,
    is_assignments_name,
    is_named_after,
    is_of_another_assignment,
)
from autograder.collecting.owner_hints import KnownId


@pytest.mark.parametrize(
    ("name", "assignment"),
    [
        ("training.ipynb", "training"),
        ("Training.IPYNB", "training"),
        ("training (1).ipynb", "training"),
        ("training(12).ipynb", "training"),
        ("training-2.ipynb", "training"),
        ("s001_training.ipynb", "training"),
        ("s001_training-handin (3).zip", "training"),
        ("training-handin-1.zip", "training"),
        ("loops-2.ipynb", "loops-2"),
        ("loops-2-1.ipynb", "loops-2"),
        ("work/training.ipynb", "training"),
    ],
)
def test_names_after_an_assignment(name: str, assignment: str) -> None:
    """Browsers, platforms and the student's kit write such names."""
    assert is_named_after(name, assignment)


@pytest.mark.parametrize(
    "name", ["mytraining.ipynb", "training2.ipynb", "training-final.ipynb", "train.ipynb", "x"]
)
def test_names_that_look_alike(name: str) -> None:
    """Names that only look alike are not the assignment's."""
    assert not is_named_after(name, "training")


def test_assignments_with_numbers_are_not_confused() -> None:
    """A number may be part of an assignment's name, and then is not the number of a copy."""
    assert not is_of_another_assignment("loops-2.ipynb", "loops-2", ["loops", "loops-1"])
    assert is_of_another_assignment("loops-2.ipynb", "loops", ["loops-2"])
    assert is_of_another_assignment("ada_loops-1.ipynb", "loops-2", ["loops-1"])
    assert not is_of_another_assignment("ada.ipynb", "loops-2", ["loops-1"])
    assert is_assignments_name("loops-2", "loops-2")
    assert is_assignments_name("training-handin (1)", "training")
    assert not is_assignments_name("ada_training", "training")


def chosen(*files: SubmittedFile) -> tuple[str, tuple[str, ...]]:
    """Where the notebook came from, and the names of all files in the workspace."""
    content = content_of(FoundSubmission("x", KnownId("x"), files), "training")
    return str(content.notebook), tuple(sorted(content.files))


def test_the_latest_of_several() -> None:
    """The platform's number decides, else the time, else the number that a browser gave."""
    days = [datetime(2030, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
    one = SubmittedFile("training.ipynb", Path("one"), days[2], number=1)
    two = SubmittedFile("2/training.ipynb", Path("two"), days[0], number=2)
    assert chosen(one, two) == ("two", ("not-graded/training.ipynb", "training.ipynb"))
    late = SubmittedFile("training (1).ipynb", Path("late"), days[2])
    early = SubmittedFile("training (2).ipynb", Path("early"), days[1])
    assert chosen(early, late) == ("late", ("training (2).ipynb", "training.ipynb"))
    first, ninth, tenth = (
        SubmittedFile(f"training ({number}).ipynb", Path(str(number)), days[0])
        for number in (1, 9, 10)
    )
    assert chosen(first, tenth, ninth)[0] == "10"


def test_what_a_program_keeps_is_no_notebook() -> None:
    """A checkpoint is not chosen."""
    mine = SubmittedFile("mine.ipynb", Path("mine"))
    kept = SubmittedFile(".ipynb_checkpoints/mine-checkpoint.ipynb", Path("kept"))
    assert chosen(mine, kept)[0] == "mine"
    assert chosen(kept)[0] == "None"


def test_a_receipt_goes_with_its_notebook() -> None:
    """The receipt in the notebook's own folder is kept, and no other."""
    files = (
        SubmittedFile("new.zip/training.ipynb", Path("new"), number=2, archive="new.zip"),
        SubmittedFile("new.zip/receipt.json", Path("receipt"), archive="new.zip"),
        SubmittedFile("receipt.json", Path("other")),
        SubmittedFile("data/points.csv", Path("points")),
    )
    content = content_of(FoundSubmission("x", KnownId("x"), files), "training")
    assert content.files == {
        "training.ipynb": Path("new"),
        "receipt.json": Path("receipt"),
        "data/points.csv": Path("points"),
    }
