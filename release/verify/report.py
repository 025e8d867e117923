"""What ``release verify`` found, as a table for a terminal and as JSON for machines.

In the operator's process. No times and no paths: the same course gives the same bytes.
"""

import io
import json
from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from release.verify.results import SolutionKind, SuiteResult
from release.verify.verify import VerifyResult

SCHEMA = 1
_HEADINGS = ("exercise", "solution", "nothing", "accepted", "rejected", "named", "killed", "rate")
_WIDTH = 120


def table(verified: Sequence[VerifyResult]) -> str:
    """One line an exercise, and why it cannot be released below."""
    lines = Table(*_HEADINGS, box=SIMPLE, pad_edge=False)
    for one in verified:
        for suite in one.suites:
            lines.add_row(*row(suite))
    written = io.StringIO()
    Console(file=written, width=_WIDTH, highlight=False).print(lines)
    # rich fills each line with spaces, and puts empty ones around the table.
    shown = [line.rstrip() for line in written.getvalue().splitlines() if line.strip()]

    reasons = [reason for one in verified for reason in one.reasons()]
    verdict = "fit to be released"
    if reasons:
        verdict = f"not {verdict}: {len(reasons)} reason{'s' if len(reasons) > 1 else ''}"
    secrets = ", ".join(map(str, sorted({one.secrets for one in verified})))
    return "\n".join([*shown, "", *reasons, f"{verdict} (with {secrets} course secrets)"])


def row(result: SuiteResult) -> tuple[str, ...]:
    """The exercise and its counts: how many are as they must be, of how many."""
    accepted = result.of_kind(SolutionKind.ACCEPTED)
    misconceptions = result.of_kind(SolutionKind.MISCONCEPTION)
    idle = result.of_kind(SolutionKind.IDLE) + result.of_kind(SolutionKind.STUDENT_VERSION)
    is_solved = all(one.is_always_full for one in result.of_kind(SolutionKind.SOLUTION))
    killed, rate = "not tried", ""
    if (mutation := result.mutation) is not None:
        killed = f"{mutation.killed} of {mutation.tried - mutation.equivalent}"
        rate = f"{mutation.rate:.0%}"
    return (
        result.key,
        "100%" if is_solved else "less",
        f"{sum(one.never_earns for one in idle)} of {len(idle)}",
        f"{sum(one.is_always_full for one in accepted)} of {len(accepted)}",
        f"{sum(one.always_loses for one in misconceptions)} of {len(misconceptions)}",
        f"{sum(one.is_always_named for one in misconceptions)} of {len(misconceptions)}",
        killed,
        rate,
    )


def to_json(verified: Sequence[VerifyResult]) -> str:
    """Everything that was found, without the observations; keys sorted."""
    assignments = [
        {
            "name": one.assignment,
            "secrets": one.secrets,
            "digest": one.digest,
            "mutants_tried": one.mutants_tried,
            "passed": not one.reasons(),
            "reasons": one.reasons(),
            "exercises": [_exercise(suite) for suite in one.suites],
        }
        for one in verified
    ]
    document = {"assignments": assignments, "schema": SCHEMA}
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _exercise(result: SuiteResult) -> dict[str, Any]:
    accepted = result.of_kind(SolutionKind.ACCEPTED)
    misconceptions = result.of_kind(SolutionKind.MISCONCEPTION)
    mutation = result.mutation
    return {
        "name": result.key.partition("/")[2],
        "max_points": result.max_points,
        "accepted": {one.id: one.is_always_full for one in accepted},
        "rejected": {one.id: one.always_loses for one in misconceptions},
        "confusion": result.confusion(),
        "mutation": mutation
        and {
            "tried": mutation.tried,
            "killed": mutation.killed,
            "equivalent": mutation.equivalent,
            "rate": round(mutation.rate, 4),
            "survivors": mutation.survivors,
            "stale": mutation.stale,
            "wronged": mutation.wronged,
        },
    }
