"""HTML of nbgrader's pages, cleaned last of all, whoever wrote it.

In the process that makes the page. Wider than :mod:`autograder.notebook.sanitise_html`, which has
cleaned students' words before: code keeps its colours, a list of tasks its boxes, a report its
frame.
"""

import re

import nh3

from autograder.notebook.sanitise_html import (
    ATTRIBUTES,
    LINK_SCHEMES,
    STYLES,
    TAGS,
    allowed_attribute,
)

CLASSES = {"highlight", "tex2jax_ignore", "task-list-item", "task-list-item-checkbox"}
_PYGMENTS = re.compile(r"[a-z]{1,2}[0-9]?")
PAGE_STYLES = frozenset(
    {
        "border",
        "border-bottom",
        "border-collapse",
        "border-left",
        "border-radius",
        "border-top",
        "float",
        "font-family",
        "font-size",
        "line-height",
        "margin",
        "max-width",
        "overflow",
        "overflow-wrap",
        "padding",
        "width",
    }
)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name != "class":
        return allowed_attribute(tag, name, value)
    names = (one for one in value.split() if one in CLASSES or _PYGMENTS.fullmatch(one))
    return " ".join(names) or None


_CLEANER = nh3.Cleaner(
    tags={*TAGS, "input"},
    attributes={
        **{tag: set(names) for tag, names in ATTRIBUTES.items()},
        "*": {*ATTRIBUTES["*"], "class"},
        "td": {*ATTRIBUTES["td"], "title"},
    },
    set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},
    attribute_filter=_attribute,
    filter_style_properties={*STYLES, *PAGE_STYLES},
    url_schemes={*LINK_SCHEMES, "data"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)


def page_html(markup: str) -> str:
    """HTML that a page is made of: what a renderer made of Markdown, an output, or a report."""
    return _CLEANER.clean(markup)
