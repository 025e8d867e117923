"""Writes the file that a student hands in: the notebook and a receipt. In the student's process.

The student reads what is wrong with the notebook, and the file is written all the same.
"""

import hashlib
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from autograder.selfcheck.completeness import (
    Document,
    NotANotebook,
    completeness_problems,
    read_notebook,
)
from autograder.selfcheck.grading_environment import environment_problems
from autograder.selfcheck.package import Package, read_package
from autograder.selfcheck.recorded import KIT, recorded_exercises
from autograder.selfcheck.reproducible_zip import zip_bytes
from autograder.selfcheck.rerun import Rerun

RECEIPT = "receipt.json"
SCHEMA = 1
_LONG_AGO_SECONDS = 120
# The files of an unpacked package have the earliest time that a zip archive can hold, 1980.
_NEVER_SAVED_SECONDS = 20 * 365 * 24 * 3600
RunNotebook = Callable[[Document, Path], Rerun]


class NoNotebook(Exception):
    """There is no notebook to hand in; the text is a sentence for the student."""


def find_notebook(given: Path | None, folder: Path) -> Path:
    """The notebook to hand in: the one that was named, or the folder's only one.

    Raises:
        NoNotebook: There is no notebook, or there are several; says what to do.
    """
    if given is not None:
        if given.is_file():
            return given.resolve()
        raise NoNotebook(f"There is no file {given}. Give the name of your notebook.")
    found = sorted(folder.glob("*.ipynb"))
    own = folder / f"{_package(folder).assignment}.ipynb"
    if own in found:
        return own
    if len(found) == 1:
        return found[0]
    names = ", ".join(path.name for path in found)
    raise NoNotebook(
        f"There are several notebooks here ({names}). Name yours: python -m autograder submit NAME"
        if found
        else f"There is no notebook in {folder}. Change to the folder of your notebook first."
    )


def hand_in(notebook: Path, *, now: datetime, run: RunNotebook | None) -> Iterator[str]:
    """Check the notebook, run it, and write the file to upload; yields lines for the student.

    Args:
        notebook: Its file.
        now: With a time zone.
        run: Runs the notebook in a fresh kernel; None to leave that out.
    """
    content = notebook.read_bytes()
    package = _package(notebook.parent)
    yield _when_saved(notebook, now)
    own = sys.version_info[:2]
    older = package.python if package.python and package.python < own else None
    if older:
        yield (
            f"It is graded with Python 3.{older[1]}, which cannot read all that your "
            f"3.{own[1]} can."
        )
    problems, self_check = [], {}
    try:
        document = read_notebook(content)
    except NotANotebook as error:
        problems.append(str(error))
    else:
        problems += completeness_problems(document, package.cells)
        problems += environment_problems(document, older)
        if run is not None:
            yield "Running it once from top to bottom …"
            result = run(document, notebook.parent)
            problems += result.problems
            self_check = result.self_check
    yield from (f"! {sentence}" for sentence in problems)
    yield from (
        f"  {name}: {counts['passed']} of {counts['total']} public checks passed"
        for name, counts in self_check.items()
    )
    yield _write(notebook, content, package, now=now, self_check=self_check)
    if problems:
        yield "You can hand it in as it is, or fix what is marked with ! and do this again."


def _package(folder: Path) -> Package:
    return read_package(folder, recorded_exercises(KIT, folder))


def _when_saved(notebook: Path, now: datetime) -> str:
    age = now.timestamp() - notebook.stat().st_mtime
    if age > _NEVER_SAVED_SECONDS:
        return f"Handing in {notebook.name}, which you have not saved since you unpacked it."
    if age < _LONG_AGO_SECONDS:
        return f"Handing in {notebook.name}, as it was saved just now."
    when = datetime.fromtimestamp(notebook.stat().st_mtime).astimezone()
    return (
        f"Handing in {notebook.name} as it was saved at {when:%H:%M on %d %B %Y}. Have you changed "
        "something since then? Save it (Ctrl+S) and do this again."
    )


def _write(
    notebook: Path,
    content: bytes,
    package: Package,
    *,
    now: datetime,
    self_check: dict[str, dict[str, int]],
) -> str:
    assignment = package.assignment or notebook.stem
    receipt = {
        "schema": SCHEMA,
        "assignment": assignment,
        "release": package.version,
        "notebook_sha256": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "submitted": f"{now:%Y-%m-%dT%H:%M:%S}Z",
        "self_check": self_check,
    }
    text = json.dumps(receipt, indent=1, sort_keys=True) + "\n"
    path = _free_path(notebook.parent, f"{assignment}-handin")
    replaces = path.exists()
    path.write_bytes(zip_bytes({f"{assignment}.ipynb": content, RECEIPT: text.encode()}))
    again = " (in place of the one that you wrote before)" if replaces else ""
    return f"Written{again}: {path}. This is the file to upload."


def _free_path(folder: Path, name: str) -> Path:
    """A path with no file or with an earlier hand-in; no other file is overwritten."""
    number, path = 1, folder / f"{name}.zip"
    while path.exists() and not _is_hand_in(path):
        number += 1
        path = folder / f"{name}-{number}.zip"
    return path


def _is_hand_in(path: Path) -> bool:
    with suppress(OSError, zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
        return RECEIPT in archive.namelist()
    return False
