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

from release.verify.results import MutationResult, SolutionKind, SuiteResult
from release.verify.verify import VerifyResult

SCHEMA = 1
_HEADINGS = ("exercise", "solution", "nothing", "accepted", "rejected", "named", "killed", "rate")
_WIDTH = 120


def table(verified: Sequence[VerifyResult]) -> str:
    """One line an exercise, and why it cannot be released below."""
    lines = Table(*_HEADINGS, box=SIMPLE, pad_edge=False)
    for one in verified:
        for result in one.suites:
            lines.add_row(*row(result))
    written = io.StringIO()
    Console(file=written, width=_WIDTH, highlight=False).print(lines)
    shown = [line.rstrip() for line in written.getvalue().splitlines()]
    reasons = [reason for one in verified for reason in one.reasons()]
    secrets = {one.secrets for one in verified}
    ends = f"{_count(reasons)} (with {', '.join(map(str, sorted(secrets)))} course secrets)"
    return "\n".join([*(line for line in shown if line), "", *reasons, ends])


def row(result: SuiteResult) -> tuple[str, ...]:
    """The exercise and its counts: how many are as they must be, of how many."""
    right, wrong = result.of(SolutionKind.ACCEPTED), result.of(SolutionKind.MISCONCEPTION)
    idle = result.of(SolutionKind.IDLE) + result.of(SolutionKind.STUDENT_VERSION)
    return (
        result.key,
        "100%" if all(t.is_always_full for t in result.of(SolutionKind.SOLUTION)) else "less",
        f"{sum(t.never_earns for t in idle)} of {len(idle)}",
        f"{sum(t.is_always_full for t in right)} of {len(right)}",
        f"{sum(t.always_loses for t in wrong)} of {len(wrong)}",
        f"{sum(t.is_named for t in wrong)} of {len(wrong)}",
        *_mutants(result.mutation),
    )


def _mutants(mutation: MutationResult | None) -> tuple[str, str]:
    if mutation is None:
        return "not tried", ""
    return f"{mutation.killed} of {mutation.tried - mutation.equivalent}", f"{mutation.rate:.0%}"


def _count(reasons: Sequence[str]) -> str:
    if not reasons:
        return "fit to be released"
    return f"not fit to be released: {len(reasons)} reason{'s' if len(reasons) > 1 else ''}"


def to_json(verified: Sequence[VerifyResult]) -> str:
    """Everything that was found, without the observations; keys sorted."""
    document = {"assignments": [_assignment(one) for one in verified], "schema": SCHEMA}
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _assignment(verified: VerifyResult) -> dict[str, Any]:
    return {
        "name": verified.assignment,
        "secrets": verified.secrets,
        "digest": verified.digest,
        "mutants_tried": verified.mutants_tried,
        "passed": not verified.reasons(),
        "reasons": verified.reasons(),
        "exercises": [_exercise(result) for result in verified.suites],
    }


def _exercise(result: SuiteResult) -> dict[str, Any]:
    right, wrong = result.of(SolutionKind.ACCEPTED), result.of(SolutionKind.MISCONCEPTION)
    mutation = result.mutation
    return {
        "name": result.key.partition("/")[2],
        "max_points": result.max_points,
        "accepted": {solution.id: solution.is_always_full for solution in right},
        "rejected": {solution.id: solution.always_loses for solution in wrong},
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
