"""What ``release verify`` found, as one page: counts, reasons, and a confusion matrix.

In the operator's process. The page loads no other file, and is the same for the same course.
"""

from collections.abc import Iterable, Sequence
from html import escape

from release.verify.report import row
from release.verify.results import FULL_MARKS, NO_NAME, SolutionKind, SuiteResult
from release.verify.verify import VerifyResult

_STYLE = """\
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
h1, h2 { line-height: 1.2 } h2 { margin-top: 2.5rem }
table { border-collapse: collapse; margin: 1rem 0 } .wide { overflow-x: auto }
th, td { border: 1px solid #ccc; padding: .25rem .5rem; text-align: left; font-weight: normal }
thead th { background: #f2f2f2; vertical-align: bottom }
.matrix thead th { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left }
.own { background: #cfead3 } .other { background: #f6c9c4; font-weight: bold }
.passed { color: #17662a } .failed { color: #a3241a } pre { background: #f6f6f6; padding: .5rem }
"""
_LEGEND = (
    "Each line below is a misconception of the suite, each column a name that it was given, and "
    f"each cell counts course secrets. “{NO_NAME}”: it lost points and got no name; "
    f"“{FULL_MARKS}”: it lost no points."
)
_COUNTS = (
    "exercise", "solution earns", "nothing done earns nothing", "accepted", "rejected", "named",
    "mutants killed", "kill rate",
)  # fmt: skip


def page(verified: Sequence[VerifyResult]) -> str:
    """The page, as UTF-8 text."""
    names = ", ".join(one.assignment for one in verified)
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Verified: {escape(names)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>Verified: {escape(names)}</h1>",
        _verdict(verified),
        _table(_COUNTS, (row(suite) for one in verified for suite in one.suites)),
        f"<p>{_LEGEND}</p>",
        *(_matrix(suite) for one in verified for suite in one.suites),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _verdict(verified: Sequence[VerifyResult]) -> str:
    reasons = [reason for one in verified for reason in one.reasons()]
    if not reasons:
        secrets = ", ".join(sorted({str(one.secrets) for one in verified}))
        return f'<p class="passed">Fit to be released, with {secrets} course secrets.</p>'
    items = []
    for reason in reasons:
        # A mutant's diff follows its sentence.
        sentence, _, diff = reason.partition("\n")
        shown_diff = f"<pre>{escape(diff)}</pre>" if diff else ""
        items.append(f"<li>{escape(sentence)}{shown_diff}</li>")
    return f'<p class="failed">Not fit to be released:</p><ul>{"".join(items)}</ul>'


def _matrix(result: SuiteResult) -> str:
    """Rows: misconceptions. Columns: the names they have, then other diagnoses they got."""
    confusion = result.confusion()
    misconceptions = result.of_kind(SolutionKind.MISCONCEPTION)
    own_names = dict.fromkeys(solution.name for solution in misconceptions)
    diagnoses = {name for counts in confusion.values() for name in counts}
    columns = [*own_names, *sorted(diagnoses - own_names.keys())]
    rows = []
    for solution in misconceptions:
        cells = [f"<th>{escape(solution.id)}</th>"]
        counts = confusion[solution.id]
        for name in columns:
            kind = "own" if name == solution.name else "other"
            cells.append(
                f'<td class="{kind}">{counts[name]}</td>' if name in counts else "<td></td>"
            )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    heads = "".join(f"<th>{escape(name)}</th>" for name in ("", *columns))
    return (
        f'<h2>{escape(result.key)}</h2><div class="wide"><table class="matrix">'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in texts)}</tr>" for texts in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
