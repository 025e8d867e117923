"""Mutants that are right solutions as well: a list beside each suite, with reasons.

In the operator's process. ``equivalent.txt`` holds paragraphs: ``because: …`` gives a reason, and
each paragraph after it is the diff of a mutant, as ``release verify --mutants`` prints it. A
mutant is known by its diff, so that a changed solution makes its entries stale, and they are told.
"""

from collections.abc import Mapping
from pathlib import Path

from autograder.errors import SuiteError

NAME = "equivalent.txt"
_REASON = "because:"


def read_equivalents(path: Path) -> Mapping[str, str]:
    """The diffs of the file, each with its reason; none where there is no file.

    Raises:
        SuiteError: A diff has no reason, or stands there twice; or the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"{path} cannot be read: {error}.") from error
    found: dict[str, str] = {}
    reason = ""
    for paragraph in _paragraphs(text):
        if paragraph.startswith(_REASON):
            reason = " ".join(paragraph.removeprefix(_REASON).split())
            continue
        if not reason:
            raise SuiteError(f"{path}: the diff has no `because: …` before it:\n{paragraph}")
        if paragraph in found:
            raise SuiteError(f"{path}: the diff stands there twice:\n{paragraph}")
        found[paragraph] = reason
    return found


def _paragraphs(text: str) -> list[str]:
    # A comment begins its line with "#"; a line of a diff never does.
    lines = [line.rstrip() for line in text.splitlines() if not line.startswith("#")]
    whole = "\n".join(lines)
    return [part.strip("\n") + "\n" for part in whole.split("\n\n") if part.strip()]
