"""Opens what a student handed in, in the operator's process.

Nothing here trusts the folder: a notebook may be a link, a pipe, a folder, a terabyte, or called
otherwise. No link is followed, and nothing is waited for.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from autograder.notebook.document import UnreadableError, quoted

MAX_BYTES = 64 * 1024 * 1024
SUFFIX = ".ipynb"
# What `autograder collect` notes beside a submission: where from, and whose word its time is.
RECORD_NAME = "collected.json"
# What programs put beside a student's files by themselves.
OTHERS = frozenset({"__MACOSX", RECORD_NAME, "timestamp.txt"})
MOST_NAMES = 3
LINKED = "what was handed in was a link to another folder; it has to be the folder itself"
OPERATORS = "the course team has to make it readable and to grade it again"


def find_notebook(folder: Path, assignment: str) -> tuple[Path, str]:
    """The notebook in a submission's folder, and a sentence where it is not as expected.

    What a browser, an archive or a student has renamed is found, as long as there is only one
    notebook that can be meant.

    Raises:
        UnreadableError: There is none, or there are several.
    """
    if any(path.is_symlink() for path in (folder, folder.parent)):
        raise UnreadableError(LINKED)
    expected = folder / f"{assignment}{SUFFIX}"
    if os.path.lexists(expected):
        return expected, ""
    found = sorted(_notebooks(folder)) or sorted(
        path for inner in _folders(folder) for path in _notebooks(inner)
    )
    same = [path for path in found if path.name.casefold() == expected.name.casefold()]
    chosen = same if len(same) == 1 else found
    if len(chosen) != 1:
        raise UnreadableError(_not_found(folder, expected.name, found))
    called = quoted(str(chosen[0].relative_to(folder)))
    return chosen[0], f"the notebook was called {called}, not `{expected.name}`; it was read"


def _not_found(folder: Path, expected: str, found: list[Path]) -> str:
    if found:
        names = _listed([str(path.relative_to(folder)) for path in found])
        return (
            f"there was no file `{expected}` but {len(found):,} other notebooks ({names}); the "
            f"right one has to be renamed to `{expected}`, and graded again"
        )
    there = sorted(entry.name for entry in _entries(folder) if entry.name not in OTHERS)
    held = f"the folder held {_listed(there)}" if there else "the folder was empty"
    return f"there was no file `{expected}`; {held}"


def _listed(names: list[str]) -> str:
    more = ", …" if len(names) > MOST_NAMES else ""
    return ", ".join(map(quoted, names[:MOST_NAMES])) + more


def _entries(folder: Path) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except NotADirectoryError:
        raise UnreadableError(
            f"{quoted(folder.name)} was a file where a folder with the notebook was expected"
        ) from None
    except OSError as error:
        raise UnreadableError(
            f"the folder {quoted(folder.name)} could not be opened ({error.strerror}); {OPERATORS}"
        ) from None


def _notebooks(folder: Path) -> Iterator[Path]:
    for entry in _entries(folder):
        is_file = entry.is_file(follow_symlinks=False)
        if is_file and entry.name.lower().endswith(SUFFIX) and not entry.name.startswith("."):
            yield folder / entry.name


def _folders(folder: Path) -> Iterator[Path]:
    for entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False) and not entry.name.startswith((".", "__")):
            yield folder / entry.name


def read_bytes(path: Path, *, limit: int = MAX_BYTES) -> bytes:
    """The content of a regular file of at most ``limit`` bytes; never waits, follows no link.

    Raises:
        UnreadableError: It is not there, is something else than a file, or is too large.
    """
    name = quoted(path.name)
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise UnreadableError(f"there was no file {name}") from None
    except OSError as error:
        raise UnreadableError(_not_opened(path, error)) from None
    try:
        _refuse_special(name, os.fstat(descriptor).st_mode)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise UnreadableError(f"{name} could not be read: {error.strerror}") from None
    finally:
        os.close(descriptor)
    if len(content) > limit:
        raise UnreadableError(
            f"{name} was larger than {limit // 2**20} MiB; clear its outputs, save it and hand it "
            "in again"
        )
    return content


def _not_opened(path: Path, error: OSError) -> str:
    name = quoted(path.name)
    if path.is_symlink():
        return f"{name} was a link, not a file; hand in the notebook itself"
    try:
        _refuse_special(name, os.lstat(path).st_mode)
    except UnreadableError as refused:
        return str(refused)
    except OSError:
        pass
    return f"{name} could not be opened ({error.strerror}); {OPERATORS}"


def _refuse_special(name: str, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise UnreadableError(f"{name} was a folder, not a file; hand in the notebook itself")
    if not stat.S_ISREG(mode):
        raise UnreadableError(f"{name} was not an ordinary file; hand in the notebook itself")
