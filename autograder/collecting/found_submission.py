"""A submission as it was found: files of one owner, and which of them is the notebook.

In the operator's process. Names are the owner's choice, made printable by the extractor.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.collecting.owner_hints import OwnerHint
from autograder.course.workspace import TIMESTAMP_NAME
from autograder.notebook.receipt import RECEIPT_NAME
from autograder.notebook.submission_file import RECORD_NAME

NOTEBOOK_SUFFIX = ".ipynb"
# A browser makes `training (1).ipynb` of a second download, Canvas `training-1.ipynb` of a second
# attempt; the same happens to hand-in files.
_NUMBERED = re.compile(r"(?P<stem>.+?)(?: ?\((?P<copy>[0-9]{1,4})\)|-(?P<attempt>[0-9]{1,4}))?")
# The student's kit packs `training-handin.zip`.
HAND_IN = "-handin"
# Where an earlier notebook of the same name is kept beside the one that counts.
NOT_GRADED = "not-graded"
RESERVED_NAMES = frozenset({RECEIPT_NAME, RECORD_NAME, TIMESTAMP_NAME})


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """A file as it was handed in.

    Attributes:
        name: Its path within the submission.
        path: Where our copy of it is.
        modified: Its time, or that of the archive that it came in; see :class:`Member`.
        number: Grows from attempt to attempt, where the platform numbers files.
        archive: The folder within the submission that an archive was unpacked into, if any.
    """

    name: str
    path: Path
    modified: datetime | None = None
    number: int = 0
    archive: str = ""

    @property
    def is_notebook(self) -> bool:
        """Whether it is named like a notebook, and is not a checkpoint or a system's own file."""
        is_hidden = any(part.startswith((".", "__")) for part in self.name.split("/"))
        return self.name.lower().endswith(NOTEBOOK_SUFFIX) and not is_hidden


@dataclass(frozen=True, slots=True)
class FoundSubmission:
    """What one owner handed in at one time.

    Attributes:
        source_name: What it is called in the source.
        owner_hint: Whose it may be.
        files: Everything that belongs to it.
        stated_time: When it was handed in, where the source itself says so.
        is_from_platform: Whether it is from a platform's download or from nbgrader's exchange.
        remarks: Sentences about it, for the person who collects.
    """

    source_name: str
    owner_hint: OwnerHint
    files: tuple[SubmittedFile, ...]
    stated_time: datetime | None = None
    is_from_platform: bool = False
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubmissionContent:
    """The files of a submission under the names that they get in the workspace.

    Attributes:
        files: Path below the submission's folder → where our copy is.
        notebook: Our copy of the notebook; None where it is not clear which file that is.
        modified: Time of the notebook, or of the latest file where there is no notebook.
        number: The notebook's number.
        problem: Why there is no notebook; empty where there is one.
        remarks: Sentences about it, for the person who collects.
    """

    files: Mapping[str, Path]
    notebook: Path | None
    modified: datetime | None = None
    number: int = 0
    problem: str = ""
    remarks: tuple[str, ...] = ()


def content_of(submission: FoundSubmission, assignment: str) -> SubmissionContent:
    """Choose the notebook, and give every file its name in the workspace.

    Of several notebooks that are named after the assignment, the latest counts. A single notebook
    of another name is taken; of several such, none is.
    """
    notebooks = [file for file in submission.files if file.is_notebook]
    expected = [file for file in notebooks if _is_expected(file, assignment)]
    best, problem, remarks = None, "", submission.remarks
    if expected:
        best = max(expected, key=_attempt)
        if len(expected) > 1:
            remarks = (*remarks, f"of {len(expected)} notebooks, `{best.name}` is the latest")
    elif len(notebooks) == 1:
        best = notebooks[0]
        remarks = (*remarks, f"the notebook was called `{best.name}`")
    elif notebooks:
        wanted = f"`{assignment}{NOTEBOOK_SUFFIX}`"
        problem = f"it holds {len(notebooks)} notebooks, none of them {wanted}"
    else:
        problem = "it holds no notebook"
    times = (file.modified for file in submission.files if file.modified)
    return SubmissionContent(
        files=_workspace_names(submission.files, best, assignment),
        notebook=best.path if best else None,
        modified=best.modified if best else max(times, key=_without_zone, default=None),
        number=best.number if best else 0,
        problem=problem,
        remarks=remarks,
    )


def is_named_after(file_name: str, assignment: str) -> bool:
    """Whether a notebook, or a hand-in file, is named after the assignment.

    ``training.ipynb`` is, and so are ``training (1).ipynb``, ``s001_training-2.ipynb`` and
    ``training-handin.zip``.
    """
    stem = file_name.rpartition("/")[2].rpartition(".")[0]
    return _is_named_exactly(stem, assignment) or _is_named_exactly(
        _without_number(stem), assignment
    )


def is_of_another_assignment(file_name: str, assignment: str, others: Collection[str]) -> bool:
    """Whether a file is named after one of the other assignments, and not after this one."""
    # `loops-2.ipynb` is the assignment `loops-2`, though it could be a second copy of `loops`.
    if _is_named_exactly(file_name.rpartition(".")[0], assignment):
        return False
    return any(is_named_after(file_name, other) for other in others)


def is_assignments_name(text: str, assignment: str) -> bool:
    """Whether a name is the assignment's or its hand-in file's, and so names no student."""
    stems = {text.casefold(), _without_number(text).casefold()}
    return assignment.casefold() in {stem.removesuffix(HAND_IN) for stem in stems}


def _is_named_exactly(stem: str, assignment: str) -> bool:
    plain, wanted = stem.casefold().removesuffix(HAND_IN), assignment.casefold()
    return plain == wanted or plain.endswith(f"_{wanted}")


def _is_expected(file: SubmittedFile, assignment: str) -> bool:
    is_in_named_archive = bool(file.archive) and is_named_after(file.archive, assignment)
    return is_named_after(file.name, assignment) or is_in_named_archive


def _without_number(stem: str) -> str:
    found = _NUMBERED.fullmatch(stem)
    return found["stem"] if found else stem


def _attempt(file: SubmittedFile) -> tuple[int, datetime, int, str]:
    """Grows from attempt to attempt: by the platform's number, then by time, then by the name."""
    stem = (file.archive or file.name).rpartition("/")[2].rpartition(".")[0]
    found = _NUMBERED.fullmatch(stem)
    copy = (found["copy"] or found["attempt"] or "0") if found else "0"
    time = _without_zone(file.modified) if file.modified else datetime.min  # noqa: DTZ901
    return (file.number, time, int(copy), file.name)


def _without_zone(time: datetime) -> datetime:
    # Python compares no time that has a zone with one that has none. Files of one submission are
    # from one source, so that their clocks are the same.
    return time.replace(tzinfo=None)


def _workspace_names(
    files: Iterable[SubmittedFile], notebook: SubmittedFile | None, assignment: str
) -> dict[str, Path]:
    """Names in the workspace: the notebook gets the assignment's, its receipt goes beside it."""
    names: dict[str, Path] = {}
    folder = notebook.name.rpartition("/")[0] if notebook else ""
    receipt = f"{folder}/{RECEIPT_NAME}".removeprefix("/")
    reserved = {f"{assignment}{NOTEBOOK_SUFFIX}".casefold(), *RESERVED_NAMES}
    for file in files:
        if file is notebook:
            names[f"{assignment}{NOTEBOOK_SUFFIX}"] = file.path
        elif notebook is not None and file.name == receipt:
            names[RECEIPT_NAME] = file.path
        elif file.is_notebook and file.name.casefold() in reserved:
            names[f"{NOT_GRADED}/{file.name}"] = file.path
        # A student's own `timestamp.txt`, or a folder of that name, must not be taken for ours.
        elif file.name.partition("/")[0].casefold() not in reserved:
            names[file.name] = file.path
    return names
