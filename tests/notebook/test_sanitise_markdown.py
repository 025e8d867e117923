"""Students' Markdown and HTML are harmless in any page, and honest ones stay what they are."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.nbgrader_plugins.page_markup import page_html
from autograder.notebook.sanitise_html import (
    LONGEST,
    TAGS,
    coloured,
    harmless_html,
    picture,
    shown_media,
)
from autograder.notebook.sanitise_markdown import harmless_markdown, harmless_raw
from tests.browser import payloads

LISTENER = "http://listener.example/"
# What a renderer of Markdown makes by itself.
RENDERED = TAGS | {"input"}
SAFE_LINK = re.compile(r"https?:|mailto:|#|data:image/(png|jpeg|gif);base64,", re.IGNORECASE)
PIECES = [
    *payloads.markup(LISTENER).values(),
    *payloads.markdown(LISTENER).values(),
    *"<>`\"'[]()!$\\&;:#/=- \n\t*_~|",
    *("``", "```", "$$", "\n\n", "    ", "> ", "- ", "](", "]:", "<b>", "</b>", "<!--", "-->"),
    *("javascript:", "https://a.b", "attachment:a.png", "&lt;", "&#60;", "\\begin{a}", "\\end{a}"),
]


class Danger(HTMLParser):
    """Notes every tag, attribute and address that a page should not have."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        if tag not in RENDERED:
            self.found.append(tag)
        for name, value in attrs:
            loads = name in {"href", "src"} and not SAFE_LINK.match(value or "")
            if name.startswith("on") or loads or name in {"action", "srcset", "background"}:
                self.found.append(f"{name}={value}")


def dangers(page: str) -> list[str]:
    """What a page has that it should not have."""
    parser = Danger()
    parser.feed(page)
    parser.close()
    # A browser reads on where Python's parser gives up.
    return parser.found + re.findall(
        r"<(?:script|img(?! (?:src|alt)=|>)|svg|iframe|style)[^\n]*", page
    )


def rendered(text: str, pictures: dict[str, dict[str, str]]) -> str:
    """The HTML that nbgrader's own pages make of Markdown: without headings' names, as ours."""
    renderer = IPythonRenderer(escape=False, attachments=pictures, exclude_anchor_links=True)
    return MarkdownWithMath(renderer=renderer).render(text)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12).map("".join))
@example("<<img@x> onmouseover=alert(1)>")
@example("`<b>`<img src=x onerror=alert(1)>`")
@example("$<$script>")
def test_no_markdown_is_dangerous(text: str) -> None:
    """whatever stands beside what: nothing but ordinary tags, links and attached pictures."""
    pictures = {"a.png": {"image/png": payloads.PIXEL}}
    made = harmless_markdown(text, pictures)
    assert dangers(rendered(made, pictures)) == []
    # As if no Markdown had been there: no ``<`` of the student's opens a tag.
    assert dangers(made) == []


@pytest.mark.parametrize("form", payloads.markdown(LISTENER).items(), ids=lambda form: form[0])
def test_each_form_of_markdown_is_harmless(form: tuple[str, str]) -> None:
    """alone, in a list, in a quotation, below an open tag."""
    for frame in ("{}", "- {}", "> {}", "<div>\n{}", "a\n{}\nb", "# {}", "|a|\n|-|\n|{}|"):
        made = harmless_markdown(frame.format(form[1]))
        assert dangers(rendered(made, {})) == []


@pytest.mark.parametrize(
    "text",
    [
        "**Bold**, *italic*, `a < b`, a < b and c > d, 1 <2, x<=y, a<-b",
        "Types: List[int], dict[str, int] and `Tensor[3](x)`.",
        "```python\nfor a in layers[0](x):\n    if a < 3: print(a[0]: 2)\n```",
        "~~~\nplain\n~~~\n\n    indented = code[1](2)\n",
        "$x < y$, $$\\frac{a}{b}$$, \\begin{align}a &= b\\end{align}, 5$ and 6$",
        "- [ ] task\n- [x] done\n\n1. one\n2. two\n\n> quoted\n\n---\n",
        "[link](https://a.b/c_(d)?e=1&f=2#g) and [mail](mailto:a@b.c) and [place](#here)",
        '![picture](attachment:a.png) and ![titled](attachment:a.png "A title")',
        "[text][ref]\n\n[ref]: https://a.b",
        "<b>bold</b>, H<sub>2</sub>O, <details><summary>more</summary>text</details>",
        "|a|b|\n|-|-|\n|1|2|",
        "Grüße, 你好, שלום",
    ],
)
def test_honest_markdown_is_left_alone(text: str) -> None:
    """letter by letter."""
    assert harmless_markdown(text, {"a.png"}) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`<b>` and `List[int]`", "<code>&lt;b&gt;</code>"),
        ("```\n<a>\n\n  <b>\n```", "<a>\n\n  <b>"),
        ("    <a>\n    <b>", "<a>\n<b>"),
        ("a <module> b", "a &lt;module&gt; b"),
        ("$a<b$", "$a&lt; b$"),
        ("<https://a.b/c>", '<a href="https://a.b/c">https://a.b/c</a>'),
        ("![a](https://a.b/c.png)", '!<a href="https://a.b/c.png">a</a>'),
        ("x[y](javascript:z)", "x[y](javascript:z)"),
        ('<span style="color:red; position:fixed">r</span>', '<span style="color:red">r</span>'),
    ],
)
def test_what_is_changed_reads_the_same(text: str, shown: str) -> None:
    """on the page, where it matters."""
    page = rendered(harmless_markdown(text), {})
    plain = page.replace("&#10;", "\n")
    for entity, letter in (("&#60;", "&lt;"), ("&#62;", "&gt;"), ("&#32;", " ")):
        plain = plain.replace(entity, letter)
    assert shown in plain or shown.replace("<", "&lt;").replace(">", "&gt;") in plain


def test_a_cell_leaves_no_tag_open() -> None:
    """what follows it stays outside, and what is nested too deeply is text."""
    assert harmless_markdown("<details><b>x").endswith("</b></details>")
    assert harmless_markdown("</div></b>x") == "&lt;/div>&lt;/b>x"
    assert harmless_markdown("<div>" * 1000).count("<div>") == 50


def test_an_endless_cell_is_cut() -> None:
    """what no person wrote costs no renderer its time."""
    made = harmless_markdown("\\begin{a}<b>" * 100_000)
    assert made.startswith("<pre>")
    assert made.endswith("more characters")
    assert len(made) < 400_000
    assert "\\begin{" not in harmless_markdown("\\begin{a}" * 1000)


def test_raw_cells_hold_no_tag() -> None:
    """pages take them for HTML."""
    assert harmless_raw("a < b <img src=x onerror=y> </div>") == (
        "a < b &lt;img src=x onerror=y> &lt;/div>"
    )


@pytest.mark.parametrize("form", payloads.markup(LISTENER).items(), ids=lambda form: form[0])
def test_each_form_of_html_is_harmless(form: tuple[str, str]) -> None:
    """as an output, and once more as a part of a page."""
    for made in (harmless_html(form[1]), page_html(form[1])):
        assert dangers(made) == []
        assert LISTENER not in re.sub(r">[^<]*<|^[^<]*<|>[^<]*$", "", made)
        assert not re.search(r"position|navbar|modal| id=| name=", made)


def test_outputs_keep_what_can_be_shown() -> None:
    """a table with its colours, a picture, a text; nothing that a browser runs or drowns in."""
    table = '<table border="1"><tr><td style="color: red">1</td></tr></table>'
    shown = shown_media({"text/html": table, "text/plain": "\x1b[31mred\x1b[0m\x1b[2J\r\nx\ry"})
    assert shown["text/html"] == (
        '<table border="1"><tbody><tr><td style="color:red">1</td></tr></tbody></table>'
    )
    assert shown["text/plain"] == "\x1b[31mred\x1b[0m\x1b[2J".replace("\x1b[2J", "[2J") + "\nx\ny"
    assert shown_media({"image/png": payloads.PIXEL, "text/html": "<b>x</b>"}) == {
        "image/png": payloads.PIXEL
    }
    for useless in ("<script>x</script>", "<img src=x>", "<b>" * LONGEST, "<div>" * 5000):
        assert shown_media({"text/html": useless}) == {}
    for media in ("image/svg+xml", "text/latex", "text/markdown", "application/javascript"):
        assert shown_media({media: "x"}) == {}
    assert picture('" onerror="alert(1)') is None


def test_terminal_output_keeps_its_colours_only() -> None:
    """titles, links, cleared screens and reversed lines do not reach a page."""
    assert coloured("\x1b[1;31mred\x1b[0m") == "\x1b[1;31mred\x1b[0m"
    assert coloured("\x1b]0;t\x07\x1b[2J\u202ex\x9b1m") == "]0;t\ufffd[2J\ufffdx\ufffd1m"
    assert coloured("over\rwritten") == "over\nwritten"


def test_a_page_keeps_code_tasks_and_reports() -> None:
    """their classes and frames, and no other class or name."""
    code = '<div class="highlight"><pre><span class="kn">import</span></pre></div>'
    assert page_html(code) == code
    assert page_html('<b class="score modal k" id="x">b</b>') == '<b class="k">b</b>'
    box = page_html('<input type="text" name="x" value="y">')
    assert set(box.strip("<>").split()) == {"input", 'type="checkbox"', 'disabled=""'}
    assert "margin" not in page_html('<p style="margin:-900px">x</p>')
