"""Markdown that students wrote, made harmless whoever renders it; in a worker of a grading run.

nbgrader's pages turn Markdown into HTML and pass raw HTML, any link and any picture through. Here
the text itself is changed, as little as possible, and without trusting a parser to agree with ours
on what is code: no ``<`` of the student's is left that could open a tag but those of
:mod:`autograder.notebook.sanitise_html`, no link but to a web address, no picture but an
attachment.
"""

# It was tried to leave this to nh3, which cleans every page of ours again: feedback and formgrader
# ran and loaded nothing. But docs/security.md promises a harmless file, and others show it too.
# nbconvert's own page (`jupyter nbconvert --to html`) ran a dozen forms, the first of them <script>
# and <img onerror>. JupyterLab 4.6 ran none, but asked the student's server for <img src>, ![](…),
# <audio src>, <video poster> and style="background:url(…)", and so said who was looking, and when.

import re
from collections.abc import Callable, Collection, Iterator

from autograder.notebook.sanitise_html import printable
from autograder.notebook.sanitise_prose import COMMAND, Prose

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*([^`\n]*)\n?")
_INDENTED = re.compile(r"(?: {4}| {0,3}\t)[ \t]*\S")
_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_MATH = re.compile(
    r"(?<![\\$])(\$\$?)(?=\S)([^$]+?)(?<!\\)\1|\\begin\{(\w+\*?)\}.*?\\end\{\3\}", re.DOTALL
)
_BEGIN = re.compile(r"\\(begin|end)\{(\w+\*?)\}")
_OPENS_TAG = re.compile(r"<(?![\s\d=-]|$)")
# What a parser that takes our code for text would obey: tags, pictures, links with an address.
_IN_CODE = re.compile(
    r"<[A-Za-z/!?]|!\[|\]\(\s*(?:<|[^\s)]*[:&\\/%])|^[\s>*+\-.\d):|]*\[[^\[\]]*\]:", re.MULTILINE
)
# What takes a renderer longer than this is no answer of a person.
_LONGEST = 50_000


def harmless_markdown(text: str, pictures: Collection[str] = ()) -> str:
    """The text with nothing in it that a page would run, load or be taken over by.

    Args:
        text: A markdown cell's source.
        pictures: Names of the cell's attachments; a picture that is none of them becomes text.
    """
    if len(text) > _LONGEST:
        rest = f"… and {len(text) - _LONGEST:,} more characters"
        return f"<pre>{_entities(printable(text[:_LONGEST]))}</pre>\n\n{rest}"
    prose = Prose(pictures)
    parts = [
        _code(part) if is_code else _around_spans(part, prose)
        for part, is_code in _blocks(printable(text))
    ]
    return "".join(parts) + prose.closing_tags()


def harmless_raw(text: str) -> str:
    """A raw cell's text, which pages take for HTML, without a ``<`` that could open a tag."""
    return _OPENS_TAG.sub("&lt;", printable(text))


def _blocks(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is a block of code."""
    lines = text.splitlines(keepends=True)
    prose: list[str] = []
    index = 0
    while index < len(lines):
        end = _end_of_code(lines, index)
        if end == index:
            prose.append(lines[index])
            index += 1
            continue
        yield "".join(prose), False
        yield "".join(lines[index:end]), True
        prose, index = [], end
    yield "".join(prose), False


def _end_of_code(lines: list[str], start: int) -> int:
    """The line behind the code block that begins at ``start``; ``start`` where none does."""
    opened = _FENCE.fullmatch(lines[start])
    if opened:
        close = re.compile(rf" {{0,3}}{re.escape(opened[1][0])}{{{len(opened[1])},}}\s*")
        ends = (n for n in range(start + 1, len(lines)) if close.fullmatch(lines[n]))
        return next(ends, len(lines) - 1) + 1
    if start and lines[start - 1].strip():
        return start
    end = start
    while end < len(lines) and _INDENTED.match(lines[end]):
        end += 1
    return end


def _code(block: str) -> str:
    """A block of code as it was, or as HTML where a parser could take it for something else."""
    fence = _FENCE.match(block)
    info = fence[2].strip() if fence else ""
    if not info.startswith("mermaid") and not _IN_CODE.search(block):
        return block
    lines = block.splitlines()
    if fence:
        closed = len(lines) > 1 and lines[-1].strip() and set(lines[-1].strip()) == {fence[1][0]}
        lines = lines[1:-1] if closed else lines[1:]
    else:
        lines = [line.expandtabs(4)[4:] for line in lines]
    body = _entities("\n".join(lines))
    return f"\n<pre><code>{body}</code></pre>\n\n"


def _entities(text: str) -> str:
    """The text in letters, digits, spaces and numeric entities only."""
    return "".join(c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in text)


def _around_spans(text: str, prose: "Prose") -> str:
    # A code span ends with its paragraph.
    paragraphs = re.split(r"(\n[ \t]*\n)", text)
    return "".join(
        _split(paragraph, _SPAN, _span, lambda rest: _around_math(rest, prose))
        for paragraph in paragraphs
    )


def _span(found: re.Match[str]) -> str:
    if not _IN_CODE.search(found[0]):
        return found[0]
    return f"<code>{_entities(found[2].strip())}</code>"


def _around_math(text: str, prose: "Prose") -> str:
    return _split(_ended(text), _MATH, _formula, prose.harmless)


def _ended(text: str) -> str:
    """The text without the beginnings that have no end: renderers look for it again and again."""
    last = {found[2]: found.start() for found in _BEGIN.finditer(text) if found[1] == "end"}
    return _BEGIN.sub(
        lambda found: (
            found[0]
            if found[1] == "end" or last.get(found[2], -1) > found.start()
            else f"\\begin&#123;{found[2]}}}"
        ),
        text,
    )


def _formula(found: re.Match[str]) -> str:
    """Mathematics reads the same with a space behind a ``<``; as an entity it would not."""
    spaced = _OPENS_TAG.sub("< ", _links_broken(found[0]))
    return COMMAND.sub(r"\\mathtt ", spaced)


def _links_broken(text: str) -> str:
    return text.replace("](", "] (").replace("]:", "] :").replace("![", "! [")


def _split(
    text: str,
    pattern: re.Pattern[str],
    inside: Callable[[re.Match[str]], str],
    outside: Callable[[str], str],
) -> str:
    parts = []
    end = 0
    for found in pattern.finditer(text):
        parts += [outside(text[end : found.start()]), inside(found)]
        end = found.end()
    return "".join([*parts, outside(text[end:])])
