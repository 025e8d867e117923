"""nbgrader's pages of one submission, made safe where they are made: feedback and formgrader.

In the process of an nbgrader command, or of the Jupyter server. The pages' own templates turn
Markdown into HTML and trust it. The exporters here pass that through nh3 too, whoever wrote the
notebook, and put a content-security policy into the page: should anything slip through, a browser
neither runs it nor loads what it names.
"""

import html
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import BaseLoader, Environment, pass_context
from nbconvert.exporters.html import HTMLExporter

from autograder.nbgrader_plugins.page_markup import page_html

MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.7/"
# As nbconvert's, but said in a way that needs no `eval`.
MATHJAX_MACRO = f"""\
{{%- macro mathjax(url="") -%}}
<script nonce="{{{{ page_nonce() }}}}">
window.MathJax = {{
  TeX: {{equationNumbers: {{autoNumber: "AMS", useLabelIds: true}}}},
  tex2jax: {{
    inlineMath: [["$", "$"], ["\\\\(", "\\\\)"]],
    displayMath: [["$$", "$$"], ["\\\\[", "\\\\]"]],
    processEscapes: true,
    processEnvironments: true
  }},
  displayAlign: "center",
  messageStyle: "none",
  showMathMenu: false,
  CommonHTML: {{linebreaks: {{automatic: true}}}}
}};
</script>
<script nonce="{{{{ page_nonce() }}}}" src="{MATHJAX}MathJax.js?config=TeX-AMS_CHTML-full,Safe">
</script>
{{%- endmacro %}}
"""
FEEDBACK_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    f"font-src data: {MATHJAX}; script-src 'nonce-{{nonce}}' {MATHJAX}; "
    "base-uri 'none'; form-action 'none'"
)
# The hashes are of `toggle_name(true);` and `toggle_name(false);`, which formgrader's page does
# when its two eyes are clicked.
FORMGRADE_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    f"font-src 'self' data: {MATHJAX}; connect-src 'self'; "
    f"script-src 'nonce-{{nonce}}' {MATHJAX} 'unsafe-hashes' "
    "'sha256-oGUA7LtyEKDvlMppna1zdKjVAxPLpRV7YpX8dvx6PJo=' "
    "'sha256-7pj7EC95pL82C2/Ze44MC9cnRyAM/uAP2esJ0iv/l1w='; "
    "base-uri 'none'; form-action 'none'; frame-src 'none'; object-src 'none'"
)


class SafeExporter(HTMLExporter):
    """nbconvert's exporter of HTML pages, for notebooks that are not trusted."""

    policy = FEEDBACK_POLICY
    nonce = ""

    def __init__(self, **given: Any) -> None:
        """Take what HTMLExporter takes; what the course's settings say of it holds here too."""
        super().__init__(**given)  # type: ignore[no-untyped-call]
        self.sanitize_html = True
        # A heading's anchor would be an element whose id the student chose.
        self.exclude_anchor_links = True

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Markdown as HTML with nothing in it that a page would run or load."""
        return page_html(super().markdown2html(context, source))

    def default_filters(self) -> Iterable[tuple[str, Any]]:
        """HTMLExporter's, with those that clean replaced."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield ("markdown2html", self.markdown2html)
        yield ("clean_html", lambda markup: page_html(_text(markup)))

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.loader = _Nonces(environment.loader)
        environment.globals["page_nonce"] = lambda: self.nonce
        return environment

    def from_notebook_node(  # type: ignore[override]
        self, nb: Any, resources: Any = None, **given: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page and its resources; every page has a nonce of its own."""
        self.nonce = secrets.token_urlsafe(16)
        page, resources = super().from_notebook_node(nb, resources, **given)
        policy = self.policy.format(nonce=self.nonce)
        meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}"/>'
        return page.replace("<head>", f"<head>\n{meta}", 1), resources


class FeedbackExporter(SafeExporter):
    """Writes the page that a student is given; ``GenerateFeedback.exporter_class``."""


class FormgradeExporter(SafeExporter):
    """Writes the page on which a person grades."""

    policy = FORMGRADE_POLICY

    def from_notebook_node(  # type: ignore[override]
        self, nb: Any, resources: Any = None, **given: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page; the names around the notebook are escaped, which its template does not do."""
        escaped = {
            name: html.escape(value) if isinstance(value, str) else value
            for name, value in (resources or {}).items()
        }
        return super().from_notebook_node(nb, escaped, **given)


class _Nonces(BaseLoader):
    """Marks every script of a template, and so none of what a student wrote, as the page's own."""

    def __init__(self, loader: BaseLoader | None) -> None:
        self._loader = loader

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        if template == "mathjax.html.j2":
            return MATHJAX_MACRO, None, None
        if self._loader is None:
            return super().get_source(environment, template)
        source, name, uptodate = self._loader.get_source(environment, template)
        return source.replace("<script", '<script nonce="{{ page_nonce() }}"'), name, uptodate


def _text(markup: object) -> str:
    return markup.decode(errors="replace") if isinstance(markup, bytes) else str(markup)
