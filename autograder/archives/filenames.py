"""Names of files that students chose: which of them may be written, and which collide.

In the operator's process. A name is accepted only if it means the same file on every machine that
the course's staff may use, whatever the case and the accents of its letters.
"""

import re
import unicodedata
from dataclasses import dataclass, field

NAME_PART_BYTES = 255
SHOWN_CHARACTERS = 100
# On Windows these are devices, with any ending.
WINDOWS_DEVICES = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE
)
FORBIDDEN_CHARACTERS = frozenset('<>:"|?*')
SYSTEM_FILES = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})


def shown_name(name: str) -> str:
    """A name as part of a sentence: one printable line of a bounded length."""
    plain = "".join(c if c.isprintable() else "?" for c in name)
    return plain if len(plain) <= SHOWN_CHARACTERS else f"{plain[: SHOWN_CHARACTERS - 1]}…"


def reason_against(name: str, *, depth: int, name_bytes: int) -> str:
    """Why a file may not have this name; empty where it may.

    Args:
        name: A path with slashes, as an archive has it.
        depth: How many folders may be within each other.
        name_bytes: How long the path may be, in UTF-8.
    """
    # Not printable to Python: control and format characters (bidirectional ones too), halves of
    # characters, private ones, and every blank but the ordinary one.
    if not name.isprintable():
        return "its name holds characters that cannot be seen"
    if "\\" in name:
        return "its name holds a backslash, which separates folders on some machines"
    if name.startswith("/") or re.match("[A-Za-z]:", name):
        return "its name is an absolute path, not one within the archive"
    parts = name.split("/")
    if ".." in parts:
        return "its name leads out of the folder"
    if len(parts) - 1 > depth:
        return f"it is more than {depth} folders deep"
    too_long = any(len(part.encode()) > NAME_PART_BYTES for part in parts)
    if too_long or len(name.encode()) > name_bytes:
        return "its name is too long"
    return next(filter(None, map(_reason_against_part, parts)), "")


def _reason_against_part(part: str) -> str:
    if part in {"", "."}:
        return "its name has an empty part"
    if part in SYSTEM_FILES:
        return "it is a file that an operating system keeps for itself"
    if FORBIDDEN_CHARACTERS & set(part):
        return "its name holds a character that some machines do not allow in names"
    if part != part.strip() or part.endswith("."):
        return "its name begins or ends with a blank, or ends with a full stop"
    if WINDOWS_DEVICES.fullmatch(part.partition(".")[0].strip()):
        return "its name is that of a device on some machines"
    return ""


@dataclass(slots=True)
class TakenNames:
    """The names that are taken, as a file system sees them that ignores case and accents."""

    _spelling: dict[str, str] = field(default_factory=dict)
    _files: set[str] = field(default_factory=set)

    def reason_against(self, name: str) -> str:
        """Why this name cannot be added to those that are taken; empty where it can."""
        parts = name.split("/")
        for end in range(1, len(parts) + 1):
            path = "/".join(parts[:end])
            known = self._spelling.get(_key(path))
            if known is None:
                return ""
            if known != path:
                return f"its name differs from {shown_name(known)} in case or accents only"
            if end < len(parts) and path in self._files:
                return f"{shown_name(path)} is a file already, and cannot be a folder too"
        if name in self._files:
            return "there was a file of this name before it"
        return "there is a folder of this name"

    def take(self, name: str, *, is_folder: bool = False) -> None:
        """Take the name, and those of the folders above it."""
        parts = name.split("/")
        for end in range(1, len(parts) + 1):
            path = "/".join(parts[:end])
            self._spelling.setdefault(_key(path), path)
        if not is_folder:
            self._files.add(name)


def _key(path: str) -> str:
    # Twice: case folding may take a composed letter apart again.
    folded = unicodedata.normalize("NFKC", path).casefold()
    return unicodedata.normalize("NFKC", folded)
