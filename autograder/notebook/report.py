"""What a grade cell shows after grading: points, checks, the mistake's name, what happened.

It runs in a worker, on what the judge decided. The page is shown beside other students' work and
answers, so every text is escaped, ours as well, and there are inline styles only: no script,
no link, no picture, nothing to load.
"""

import html
import re
from typing import Any

from autograder.model.verdict import CheckResult, ExerciseResult, Outcome
from autograder.notebook.sanitise_markdown import harmless_markdown

GREEN, RED, AMBER, GREY, BLUE = "#1a7f37", "#b42318", "#9a6700", "#57606a", "#0550ae"
WORDS = {
    Outcome.PASSED: ("✓", "passed", GREEN),
    Outcome.FAILED: ("✗", "failed", RED),
    Outcome.RAISED: ("✗", "raised an error", RED),
    Outcome.TIMED_OUT: ("✗", "took too long", RED),
    Outcome.OUT_OF_MEMORY: ("✗", "used too much memory", RED),
    Outcome.DIED: ("✗", "ended the kernel", RED),
    Outcome.MISSING: ("✗", "not defined", RED),
    Outcome.SKIPPED: ("\N{EN DASH}", "not looked at", GREY),
    Outcome.INTERNAL_ERROR: ("!", "to be looked at by a person", AMBER),
}
_CODE_STYLE = "background-color:transparent;color:inherit"
_CODE = re.compile("`([^`\n]+)`")
# A line of code that is quoted may hold them.
_EMPHASIS = str.maketrans({"*": "&#42;", "_": "&#95;", "~": "&#126;"})
# Everything below a space but tab and newline, and the marks that reverse the order of a line.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def points_text(points: float) -> str:
    """Points as a person writes them: ``3.5``, ``8``."""
    return f"{points:.10g}"


def grade_outputs(result: ExerciseResult, *, execution_count: int) -> list[dict[str, Any]]:
    """The grade cell's one output; nbgrader reads the points from its plain text.

    An output of the kind ``error``, text on stderr, or no output at all would mean other points.
    """
    points = min(max(result.points, 0.0), result.max_points)
    data = {"text/html": exercise_page(result), "text/plain": points_text(points)}
    output = {"output_type": "execute_result", "execution_count": execution_count}
    return [{**output, "data": data, "metadata": {}}]


def exercise_page(result: ExerciseResult) -> str:
    """One exercise's report: a heading, what is known of the mistake, one row a check."""
    mark, words, colour = WORDS[result.outcome]
    heading = (
        f'<div style="padding:10px 14px;border-bottom:1px solid #d0d7de;background-color:#f6f8fa">'
        f'<span style="color:{colour};font-weight:700">{mark} '
        f'<code style="{_CODE_STYLE}">{_escaped(result.name)}</code></span> '
        f'<span style="color:{colour}">{words}</span>'
        f'<span style="float:right;font-weight:700">{points_text(result.points)} / '
        f"{points_text(result.max_points)} points</span></div>"
    )
    return (
        # MathJax passes this class over: dollars in a report are dollars.
        '<div class="tex2jax_ignore" style="max-width:46em;margin:6px 0;'
        "border:1px solid #d0d7de;border-radius:6px;overflow:hidden;background-color:#ffffff;"
        "color:#1f2328;font-family:system-ui,sans-serif;"
        f'font-size:14px;line-height:1.45">{heading}{_mistake(result)}{_table(result)}</div>'
    )


def _mistake(result: ExerciseResult) -> str:
    if result.outcome is Outcome.INTERNAL_ERROR:
        return _note(AMBER, "The grader itself failed here. No points were taken: a person looks.")
    if result.diagnosis is None and not result.hint:
        return ""
    known = "What happened:"
    if result.diagnosis is not None:
        known = f"This looks like: {_escaped(result.diagnosis)}."
    hint = f" {_prose(result.hint)}" if result.hint else ""
    return _note(BLUE, f"<b>{known}</b>{hint}")


def _note(colour: str, content: str) -> str:
    return (
        f'<div style="margin:10px 14px;padding:8px 12px;border-left:4px solid {colour};'
        f'background-color:#f6f8fa">{content}</div>'
    )


def _table(result: ExerciseResult) -> str:
    if not result.checks:
        return ""
    total = sum(check.weight for check in result.checks) or 1.0
    rows = "".join(_row(check, result.max_points * check.weight / total) for check in result.checks)
    return (
        '<table style="width:100%;border-collapse:collapse;margin:0;font-size:13px;'
        f'text-align:left"><tbody>{rows}</tbody></table>'
    )


def _row(check: CheckResult, worth: float) -> str:
    mark, words, colour = WORDS[check.outcome]
    cell = "padding:6px 14px;border-top:1px solid #eaeef2;vertical-align:top;text-align:left"
    hidden = ' <span style="color:#57606a">(hidden)</span>' if check.hidden else ""
    message = (
        '<div style="color:#57606a;white-space:pre-wrap;overflow-wrap:anywhere">'
        f"{_prose(check.message)}</div>"
        if check.message
        else ""
    )
    return (
        f'<tr style="background-color:transparent"><td style="{cell};width:1.5em;color:{colour};'
        f'font-weight:700" title="{words}">{mark}</td>'
        f'<td style="{cell}">{_prose(check.title)}{hidden}{message}</td>'
        f'<td style="{cell};text-align:right;white-space:nowrap;color:#57606a">'
        f"{points_text(round(worth, 2))}</td></tr>"
    )


def _escaped(text: str) -> str:
    return html.escape(_UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text), quote=True)


def _prose(text: str) -> str:
    """A sentence, with what is between backticks as code."""
    return _CODE.sub(rf'<code style="{_CODE_STYLE};padding:0">\1</code>', _escaped(text))


def _as_text(sentence: str) -> str:
    """The sentence as Markdown that means no more than it says; code spans keep their backticks."""
    parts = _escaped(sentence).split("`")
    parts[::2] = [part.translate(_EMPHASIS) for part in parts[::2]]
    return "`".join(parts)


def problems_page(problems: tuple[str, ...]) -> str:
    """A markdown cell's text that lists what was wrong with the submission; empty for nothing."""
    if not problems:
        return ""
    shown = (harmless_markdown(_as_text(" ".join(problem.split()))) for problem in problems)
    lines = "\n".join(f"- {problem}" for problem in shown)
    return f"**Notes from grading**\n\n{lines}"
