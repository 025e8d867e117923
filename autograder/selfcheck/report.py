"""The output of ``check``: an HTML table in a notebook, plain text elsewhere."""

import re
from dataclasses import dataclass
from html import escape

from autograder.model.verdict import CheckResult, Outcome
from autograder.output import show_every_letter

_MARKS = {Outcome.PASSED: ("✓", "#1a7f37"), Outcome.SKIPPED: ("–", "#6e7781")}
_WRONG = ("✗", "#cf222e")
_MAX_STAGES = 12
_CODE = re.compile("`([^`]+)`")
_CLOSING = "The grade is computed on other inputs of the same kinds."


@dataclass(frozen=True, slots=True, repr=False)
class Note:
    """A friendly sentence instead of a table."""

    title: str
    text: str

    @property
    def passed(self) -> bool:
        """A note is never a pass."""
        return False

    def __repr__(self) -> str:
        return f"{self.title}. {self.text}"

    def _repr_html_(self) -> str:
        text = _CODE.sub(r"<code>\1</code>", escape(self.text))
        return _box(f"<b>{escape(self.title)}.</b> {text}", "#9a6700")


@dataclass(frozen=True, slots=True, repr=False)
class SelfCheck:
    """The verdicts of one exercise's public checks.

    Attributes:
        name: The exercise.
        results: One for each check.
        diagnosis: Id of the misconception that it behaves like, or None.
        hint: The misconception's hint; what happened, where none explains it; or None.
        stages: The stages of the function's first call, such as ``("zero_grad", "forward")``.
    """

    name: str
    results: tuple[CheckResult, ...]
    diagnosis: str | None = None
    hint: str | None = None
    stages: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every public check passed."""
        return all(result.outcome is Outcome.PASSED for result in self.results)

    @property
    def title(self) -> str:
        """Such as ``train_step: 3 of 4 checks passed``."""
        good = sum(result.outcome is Outcome.PASSED for result in self.results)
        return f"{self.name}: {good} of {len(self.results)} checks passed"

    @property
    def _what_is_known(self) -> str:
        known = f"It behaves like the mistake “{self.diagnosis}”."
        return known if self.diagnosis else "What happened:"

    def __repr__(self) -> str:
        lines = [self.title]
        for result in self.results:
            lines.append(f"  {_mark(result)[0]} {result.title}")
            lines += [f"      {result.message}"] if result.message else []
        if self.diagnosis or self.hint:
            lines.append(f"  {self._what_is_known} {self.hint or ''}")
        if self.stages and not self.passed:
            lines.append(f"  What it did: {_stages_in_words(self.stages)}")
        return "\n".join([*lines, f"  {_CLOSING}"])

    def _repr_html_(self) -> str:
        colour = "#1a7f37" if self.passed else "#cf222e"
        rows = "".join(_row(result) for result in self.results)
        parts = [f"<b>{escape(self.title)}</b>", f"<table style='{_TABLE}'>{rows}</table>"]
        if self.diagnosis or self.hint:
            known = f"<b>{escape(self._what_is_known)}</b> {escape(self.hint or '')}"
            parts.append(f"<div style='margin:6px 0'>{known}</div>")
        if self.stages and not self.passed:
            parts.append(
                f"<div>What it did: <code>{escape(_stages_in_words(self.stages))}</code></div>"
            )
        parts.append(f"<div style='color:#6e7781;margin-top:6px'>{_CLOSING}</div>")
        return _box("".join(parts), colour)


# Inline, because a notebook's sanitiser drops <style> elements and keeps these.
_TABLE = "font-size:inherit;border-collapse:collapse;margin:6px 0;width:100%;text-align:left"
_CELL = "padding:4px 10px 4px 0;vertical-align:top;text-align:left;border:0"


def show(result: SelfCheck | Note) -> None:
    """Display the result where the student works."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        shell = None
    else:
        shell = get_ipython()
    # IPython in a terminal has a shell without a kernel, and would not show HTML.
    if shell is None or not hasattr(shell, "kernel"):
        show_every_letter()
        print(result)  # noqa: T201 - this is the product's own output to a terminal
        return
    from IPython.display import display

    display(result)  # type: ignore[no-untyped-call]


def _mark(result: CheckResult) -> tuple[str, str]:
    return _MARKS.get(result.outcome, _WRONG)


def _row(result: CheckResult) -> str:
    sign, colour = _mark(result)
    message = f"<div style='color:#57606a'>{escape(result.message)}</div>" if result.message else ""
    return (
        f"<tr><td style='{_CELL};color:{colour};font-weight:bold;width:1.2em'>{sign}</td>"
        f"<td style='{_CELL}'>{escape(result.title)}{message}</td></tr>"
    )


def _box(inner: str, colour: str) -> str:
    style = f"border-left:4px solid {colour};padding:6px 12px;max-width:52em;line-height:1.45"
    return f"<div style='{style}'>{inner}</div>"


def _stages_in_words(stages: tuple[str, ...]) -> str:
    shown = " → ".join(stages[:_MAX_STAGES])
    return shown + (" → …" if len(stages) > _MAX_STAGES else "")
