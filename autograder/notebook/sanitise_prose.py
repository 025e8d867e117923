"""The prose of students' Markdown, made harmless: tags, links, pictures; in a worker of a run.

See :mod:`autograder.notebook.sanitise_markdown`, which knows what is code and what is mathematics.
"""

import re
from collections.abc import Collection

from autograder.notebook.sanitise_html import DEEPEST, TAGS, VOID_TAGS, harmless_html

# Commands that can load, link or restyle something; all others only draw.
COMMAND = re.compile(
    r"\\(?=(?:bbox|class|cssId|data|href|html\w*|includegraphics|mmlToken|require|style|unicode|url)"
    r"(?![A-Za-z]))"
)
_PROSE = re.compile(
    r"(?P<mail><(?P<address>https?://[^\s<>]+|[\w.+-]+@[\w.-]+)>)"
    r"|(?P<tag><(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<rest>\s[^<>]*)?/?>)"
    r"|\\?(?P<opens><(?![\s\d=-]|$))"
    r"|(?P<image>!\[[^\[\]]*\]\((?P<target>[^()\s]*)(?:[ \t]+\"[^\"<>]*\")?\))"
    r"|(?P<bang>!(?=\[))"
    r"|(?P<link>\]\((?![ \t]*(?:https?://|mailto:|\#)))"
    r"|(?P<definition>\]:(?![ \t]*https?://))"
    r"|(?P<command>" + COMMAND.pattern + r")"
)
_ATTRIBUTES = re.compile(r"<\w+((?: [a-z]+=\"[\w :;#,.%()/?=&@+~!-]*\")*)\s*/?>")
_INLINE_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=]+")


class Prose:
    """What stands around code and mathematics in one cell, whose tags it keeps in balance."""

    def __init__(self, pictures: Collection[str]) -> None:
        """Begin a cell whose attachments have these names."""
        self._pictures = pictures
        self._open: list[str] = []

    def harmless(self, text: str) -> str:
        """The next piece of it, with nothing that a page would run or load."""
        return _PROSE.sub(self._replaced, text)

    def closing_tags(self) -> str:
        """The ends that the student left out: they would swallow the cells below."""
        return "".join(f"</{name}>" for name in reversed(self._open))

    def _replaced(self, found: re.Match[str]) -> str:
        if found["mail"]:
            # Bare web addresses are links already.
            return f" {found['address']} "
        if found["tag"]:
            return self._tag(found)
        if found["image"]:
            return found[0] if self._is_shown(found["target"]) else self._as_text(found[0])
        plain = {"opens": "&lt;", "bang": "&#33;", "link": "]&#40;", "definition": "]&#58;"}
        return plain.get(found.lastgroup or "", r"\mathtt ")

    def _is_shown(self, target: str) -> bool:
        kind, _, name = target.partition(":")
        return (kind == "attachment" and name in self._pictures) or bool(
            _INLINE_PICTURE.fullmatch(target)
        )

    def _as_text(self, image: str) -> str:
        return "&#33;" + _PROSE.sub(self._replaced, image[1:])

    def _tag(self, found: re.Match[str]) -> str:
        name = found["name"].lower()
        written = "&lt;" + _PROSE.sub(self._replaced, found[0][1:])
        if name not in TAGS or (len(self._open) >= DEEPEST and not found["end"]):
            return written
        if found["end"]:
            if not self._open or self._open[-1] != name:
                return written
            self._open.pop()
            return f"</{name}>"
        attributes = _attributes(name, found["rest"] or "")
        if attributes is None:
            return written
        if name not in VOID_TAGS:
            self._open.append(name)
        return f"<{name}{attributes}>"


def _attributes(name: str, given: str) -> str | None:
    """What is allowed of a tag's attributes; None for a picture that is not shown."""
    stand_in = name if name in {"a", "img"} else "span"
    found = _ATTRIBUTES.match(harmless_html(f"<{stand_in}{given}>"))
    if name == "img" and (found is None or ' src="' not in found[1]):
        return None
    return found[1] if found else ""
