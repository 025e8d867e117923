"""What ``release verify`` found, as one page: counts, reasons, who was called what.

In the operator's process. The page needs nothing but itself, and is the same for the same course.
"""

from collections.abc import Iterable, Mapping, Sequence
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
    "Below, a line is a misconception of the suite and a column what it was called, counted over "
    f"the course secrets. “{NO_NAME}”: it lost points and got no name; “{FULL_MARKS}”: it lost "
    "nothing."
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
        _table(_COUNTS, (row(found) for one in verified for found in one.suites)),
        f"<p>{_LEGEND}</p>",
        *(_matrix(found) for one in verified for found in one.suites),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _verdict(verified: Sequence[VerifyResult]) -> str:
    reasons = [reason for one in verified for reason in one.reasons()]
    secrets = ", ".join(sorted({str(one.secrets) for one in verified}))
    if not reasons:
        return f'<p class="passed">Fit to be released, with {secrets} course secrets.</p>'
    items = "".join(f"<li>{_reason(reason)}</li>" for reason in reasons)
    return f'<p class="failed">Not fit to be released:</p><ul>{items}</ul>'


def _reason(reason: str) -> str:
    sentence, _, diff = reason.partition("\n")
    return escape(sentence) + (f"<pre>{escape(diff)}</pre>" if diff else "")


def _matrix(result: SuiteResult) -> str:
    """Rows: misconceptions. Columns: the names they have, then what else they were called."""
    confusion = result.confusion()
    names = dict.fromkeys(solution.name for solution in result.of(SolutionKind.MISCONCEPTION))
    called = {name for given in confusion.values() for name in given}
    others = sorted(called - names.keys())
    columns = [*names, *others]
    rows = (
        f"<tr><th>{escape(mistake)}</th>{_cells(mistake, given, columns)}</tr>"
        for mistake, given in confusion.items()
    )
    heads = "".join(f"<th>{escape(name)}</th>" for name in ("", *columns))
    return (
        f'<h2>{escape(result.key)}</h2><div class="wide"><table class="matrix">'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cells(mistake: str, given: Mapping[str, int], columns: Iterable[str]) -> str:
    own = mistake.partition(".")[0]
    return "".join(
        f'<td class="{"own" if name == own else "other"}">{given[name]}</td>'
        if name in given
        else "<td></td>"
        for name in columns
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in texts)}</tr>" for texts in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
