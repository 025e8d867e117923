"""Mutants that are right solutions as well: a list beside each suite, with reasons.

In the operator's process. ``equivalent.txt`` holds paragraphs: ``because: …`` gives a reason, and
each paragraph after it is the diff of a mutant, as ``release verify --mutants`` prints it. A
mutant is known by its diff: when the solution changes, entries become stale, and are reported.
"""

from collections.abc import Mapping
from pathlib import Path

from autograder.errors import SuiteError

EQUIVALENTS = "equivalent.txt"
_REASON = "because:"


def read_equivalents(path: Path) -> Mapping[str, str]:
    """The diffs of the file, each with its reason; none where there is no file.

    Raises:
        SuiteError: A diff has no reason or is listed twice, or the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"{path} cannot be read: {error}.") from error
    # A comment begins its line with "#"; a line of a diff never does.
    lines = [line.rstrip() for line in text.splitlines() if not line.startswith("#")]
    paragraphs = [
        part.strip("\n") + "\n" for part in "\n".join(lines).split("\n\n") if part.strip()
    ]
    found: dict[str, str] = {}
    reason = ""
    for paragraph in paragraphs:
        if paragraph.startswith(_REASON):
            reason = " ".join(paragraph.removeprefix(_REASON).split())
            continue
        if not reason:
            raise SuiteError(f"{path}: the diff has no `because: …` before it:\n{paragraph}")
        if paragraph in found:
            raise SuiteError(f"{path}: the diff is listed twice:\n{paragraph}")
        found[paragraph] = reason
    return found
