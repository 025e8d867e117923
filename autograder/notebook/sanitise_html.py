"""HTML that students wrote, made harmless; in a worker of a grading run, and in nbgrader's pages.

nh3 parses it as a browser does and keeps what this file names: tables, text and its colours,
pictures that carry their own bytes, links that a person has to click. No script, no frame, no form,
no address that is loaded by itself, nothing that lies above or outside its own place, and neither
``id`` nor ``class``: formgrader's own scripts find their buttons by those.
"""

import base64
import binascii
import re
from collections.abc import Mapping

import nh3

# nh3's own list, without maps of links and without what turns the direction of a text.
TAGS = frozenset(nh3.ALLOWED_TAGS - {"area", "bdi", "bdo", "map"} | {"tfoot"})
VOID_TAGS = frozenset({"br", "col", "hr", "img", "wbr"})
ATTRIBUTES: Mapping[str, set[str]] = {
    "*": {"align", "style"},
    "a": {"href"},
    "col": {"span"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "table": {"border"},
    "td": {"colspan", "rowspan", "valign"},
    "th": {"colspan", "rowspan", "valign"},
}
# Nothing here can move an element out of its place, or name an address.
STYLES = frozenset(
    {
        "background-color",
        "color",
        "font-style",
        "font-weight",
        "text-align",
        "text-decoration",
        "vertical-align",
        "white-space",
    }
)
LINK_SCHEMES = frozenset({"http", "https", "mailto"})
PICTURES = ("image/png", "image/jpeg", "image/gif")
_PICTURE = re.compile(rf"data:(?:{'|'.join(PICTURES)});base64,[A-Za-z0-9+/=\s]+")
# Beyond these a parser needs minutes, or fails.
LONGEST, MOST_TAGS, DEEPEST = 200_000, 10_000, 50
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)")
_STYLE = re.compile(r"[\w\s:;#,.%()!-]*")
_NEGATIVE = re.compile(r"[:\s]-\s*[\d.]")
_FUNCTION = re.compile(r"(\w*)\(")
_COLOURS = frozenset({"rgb", "rgba", "hsl", "hsla"})
# Everything below a space but tab and newline, and the marks that reverse the order of a line.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)
# Of terminal output, only its colours and weights are kept: a page shows them.
_COLOUR_CODE = re.compile(r"\x1b\[[0-9;]{0,32}m")
_ESCAPED = re.compile("\x1b(?!\\[[0-9;]{0,32}m)")


def allowed_attribute(_tag: str, name: str, value: str) -> str | None:
    """The attribute's value, or None for one that could load, reach or hide something."""
    if name == "href":
        return value if value.partition(":")[0].lower() in LINK_SCHEMES else None
    if name == "src":
        return value if _PICTURE.fullmatch(value) else None
    if name == "style":
        functions = set(_FUNCTION.findall(value.lower()))
        calm = _STYLE.fullmatch(value) and not _NEGATIVE.search(value)
        return value if calm and functions <= _COLOURS else None
    return value


_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    attribute_filter=allowed_attribute,
    filter_style_properties=set(STYLES),
    url_schemes={*LINK_SCHEMES, "data"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)


def harmless_html(text: str) -> str:
    """The HTML with what is allowed, every tag closed; the text of all else."""
    return _CLEANER.clean(printable(text))


def shown_media(bundle: Mapping[str, str]) -> dict[str, str]:
    """What a page may show of one output, by media type in a fixed order.

    Left out are SVG, LaTeX, Markdown, JavaScript and widgets: each comes with a plain text or a
    picture that says the same.
    """
    shown = {}
    if "text/html" in bundle and (markup := _affordable(bundle["text/html"])):
        shown["text/html"] = markup
    for media in sorted(bundle.keys() & set(PICTURES)):
        if content := picture(bundle[media]):
            shown[media] = content
    if "text/plain" in bundle:
        shown["text/plain"] = coloured(bundle["text/plain"])
    # A page prefers HTML, and what is left of it may be less than a picture says.
    if len(shown.keys() & set(PICTURES)):
        shown.pop("text/html", None)
    return shown


def _affordable(markup: str) -> str:
    """Harmless HTML that shows something; empty for what would keep a browser busy."""
    if len(markup) > LONGEST or markup.count("<") > MOST_TAGS:
        return ""
    cleaned = harmless_html(markup)
    shows = "<img src=" in cleaned or bool(nh3.clean(cleaned, tags=set()).strip())
    return cleaned if shows and _depth(cleaned) <= DEEPEST else ""


def _depth(markup: str) -> int:
    depth = deepest = 0
    for end, name in _TAG.findall(markup):
        if name not in VOID_TAGS:
            depth += -1 if end else 1
            deepest = max(deepest, depth)
    return deepest


def printable(text: str) -> str:
    """The text without control characters and without marks that reorder a line."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def coloured(text: str) -> str:
    """Terminal output as a page may show it: colours stay, every other control goes.

    Carriage returns, which rewrite a line in a terminal, become new lines.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = _COLOUR_CODE.findall(lines)
    pieces = map(printable, _COLOUR_CODE.split(_ESCAPED.sub("", lines)))
    codes = [*kept, ""]
    return "".join(piece + code for piece, code in zip(pieces, codes, strict=True))


def picture(data: str) -> str | None:
    """A picture's base64 as a page can hold it; None for what is none."""
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return base64.b64encode(content).decode() if content else None
