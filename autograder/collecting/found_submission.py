"""One hand-in: files of one owner that came together, and which of them is the notebook.

In the operator's process. Names are the owner's choice, made readable by the extractor.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.collecting.owner_hints import OwnerHint
from autograder.course.workspace import TIMESTAMP_NAME
from autograder.notebook.receipt import RECEIPT_NAME
from autograder.notebook.submission_file import RECORD_NAME

NOTEBOOK_SUFFIX = ".ipynb"
# A browser makes `training (1).ipynb` of a second download, Canvas `training-1.ipynb` of a second
# attempt, and either of a hand-in file.
_AGAIN = re.compile(r"(?P<stem>.+?)(?: ?\((?P<copy>[0-9]{1,4})\)|-(?P<attempt>[0-9]{1,4}))?")
HAND_IN = "-handin"
# Where an earlier notebook of the same name is kept beside the one that counts.
NOT_GRADED = "not-graded"
RESERVED_NAMES = frozenset({RECEIPT_NAME, RECORD_NAME, TIMESTAMP_NAME})


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """A file as it was handed in.

    Attributes:
        name: Its path within the hand-in.
        path: Where its bytes lie now.
        modified: Its time, or that of the archive that it came in; see :class:`Member`.
        number: Grows from attempt to attempt, where the platform numbers files.
        archive: The folder within the hand-in that stands for an archive; empty for none.
    """

    name: str
    path: Path
    modified: datetime | None = None
    number: int = 0
    archive: str = ""

    @property
    def is_notebook(self) -> bool:
        """Whether it is called one, and is none that a program keeps for itself."""
        hidden = any(part.startswith((".", "__")) for part in self.name.split("/"))
        return self.name.lower().endswith(NOTEBOOK_SUFFIX) and not hidden


@dataclass(frozen=True, slots=True)
class FoundSubmission:
    """What one owner handed in at one time.

    Attributes:
        label: What it is called where it came from.
        clue: Whose it may be.
        files: Everything that belongs to it.
        stated: Its time where the source itself states one.
        is_platforms: Whether a learning platform's download had it, or nbgrader's exchange.
        remarks: What is to be said of it.
    """

    source_name: str
    owner_hint: OwnerHint
    files: tuple[SubmittedFile, ...]
    stated_time: datetime | None = None
    is_from_platform: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubmissionContent:
    """A hand-in as it is to lie in the workspace.

    Attributes:
        files: Path below the submission's folder → where the bytes lie now.
        notebook: Where the notebook's bytes lie; None where none could be told.
        modified: The time of the file that counts.
        number: That file's number.
        problem: Why there is no notebook; empty where there is one.
        remarks: What is to be said of it.
    """

    files: Mapping[str, Path]
    notebook: Path | None
    modified: datetime | None = None
    number: int = 0
    problem: str = ""
    remarks: tuple[str, ...] = field(default=())


def content_of(submission: FoundSubmission, assignment: str) -> SubmissionContent:
    """Which file is the notebook, and what lies beside it under which name."""
    notebooks = [file for file in submission.files if file.is_notebook]
    expected = [file for file in notebooks if _is_expected(file, assignment)]
    pool = expected or notebooks
    best = max(pool, key=_rank) if expected else (pool[0] if len(pool) == 1 else None)
    if best is None:
        what = (
            f"{len(pool)} notebooks, none of them `{assignment}{NOTEBOOK_SUFFIX}`" if pool else ""
        )
        problem = f"it holds {what or 'no notebook'}"
        latest = max(
            (file.modified for file in submission.files if file.modified), key=_clock, default=None
        )
        files = _beside(submission.files, None, assignment)
        return SubmissionContent(files, None, latest, problem=problem, remarks=submission.remarks)
    remarks = []
    if len(pool) > 1:
        remarks.append(f"of {len(pool)} notebooks, `{best.name}` is the latest")
    elif not expected:
        remarks.append(f"the notebook was called `{best.name}`")
    files = _beside(submission.files, best, assignment)
    return SubmissionContent(
        files, best.path, best.modified, best.number, remarks=(*submission.remarks, *remarks)
    )


def is_named_after(file_name: str, assignment: str) -> bool:
    """Whether a notebook, or a hand-in file, is called after the assignment.

    ``training.ipynb`` is, and ``training (1).ipynb``, ``s001_training-2.ipynb`` and
    ``training-handin.zip``.
    """
    stem = file_name.rpartition("/")[2].rpartition(".")[0]
    return is_named_exactly(stem, assignment) or is_named_exactly(_stem(stem), assignment)


def is_named_exactly(stem: str, assignment: str) -> bool:
    """Whether it is called so without a number behind: an assignment may be called ``loops-2``."""
    plain, wanted = stem.casefold().removesuffix(HAND_IN), assignment.casefold()
    return plain == wanted or plain.endswith(f"_{wanted}")


def is_of_another_assignment(file_name: str, assignment: str, others: Collection[str]) -> bool:
    """Whether a file is called after one of the other assignments, and not after this one."""
    if is_named_exactly(file_name.rpartition(".")[0], assignment):
        return False
    return any(is_named_after(file_name, other) for other in others)


def is_assignments_name(text: str, assignment: str) -> bool:
    """Whether a name is the assignment's, or its hand-in file's, and so no student's."""
    stems = {text.casefold(), _stem(text)}
    return assignment.casefold() in {stem.removesuffix(HAND_IN) for stem in stems}


def _is_expected(file: SubmittedFile, assignment: str) -> bool:
    called = is_named_after(file.name, assignment)
    return called or (bool(file.archive) and is_named_after(file.archive, assignment))


def _stem(text: str) -> str:
    found = _AGAIN.fullmatch(text)
    return (found["stem"] if found else text).casefold()


def _rank(file: SubmittedFile) -> tuple[int, datetime, int, str]:
    found = _AGAIN.fullmatch((file.archive or file.name).rpartition("/")[2].rpartition(".")[0])
    again = (found["copy"] or found["attempt"] or "0") if found else "0"
    return (file.number, _clock(file.modified), int(again), file.name)


def _clock(moment: datetime | None) -> datetime:
    """For a comparison; only files of one source are compared, whose clocks are the same."""
    return moment.replace(tzinfo=None) if moment else datetime.min  # noqa: DTZ901


def _beside(
    files: Iterable[SubmittedFile], notebook: SubmittedFile | None, assignment: str
) -> dict[str, Path]:
    """Where everything is to lie: the notebook under its own name, its receipt beside it."""
    kept: dict[str, Path] = {}
    folder = notebook.name.rpartition("/")[0] if notebook else ""
    receipt = f"{folder}/{RECEIPT_NAME}".removeprefix("/")
    ours = {f"{assignment}{NOTEBOOK_SUFFIX}".casefold(), *RESERVED_NAMES}
    for file in files:
        if file is notebook:
            kept[f"{assignment}{NOTEBOOK_SUFFIX}"] = file.path
        elif notebook is not None and file.name == receipt:
            kept[RECEIPT_NAME] = file.path
        elif file.is_notebook and file.name.casefold() in ours:
            kept[f"{NOT_GRADED}/{file.name}"] = file.path
        # Nothing may lie in the place of what is ours, nor be taken for it.
        elif file.name.partition("/")[0].casefold() not in ours:
            kept[file.name] = file.path
    return kept
