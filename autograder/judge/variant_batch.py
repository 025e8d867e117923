"""Puts many variants into one kernel, whose start costs as much as three observations. Trusted.

Each is defined in the namespace as it is before the exercise, and sees nothing of the others.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from autograder.judge.assignment import Assignment
from autograder.judge.reliable_observation import KernelBatch
from autograder.model.exercise import Scenario, Variant
from autograder.model.program import Cell, ObservationRequest, Program

_START = "before the exercise"


def variant_batch(
    assignment: Assignment,
    request: ObservationRequest,
    variants: Mapping[str, Variant],
    *,
    kind: str,
    budget_seconds: float = math.inf,
) -> KernelBatch:
    """The variants as one batch, and each of them alone.

    Args:
        assignment: Has the cells that come before the exercise.
        request: What is observed of each variant.
        variants: The label that its observations get → the variant.
        kind: What the variants are, in words for the operator, such as ``the misconception``.
        budget_seconds: At most this for each scenario as long as others share the kernel; alone,
            a variant has the scenario's own budget.
    """
    before = (*assignment.cells_before(request.exercise.split("/")[1]), Cell("", closes=(_START,)))
    hurried = tuple(
        replace(scenario, budget_seconds=min(budget_seconds, scenario.budget_seconds))
        for scenario in request.scenarios
    )

    def program(labels: Iterable[str], scenarios: tuple[Scenario, ...]) -> Program:
        cells = [Cell(variants[label].source, closes=(label,), opens=_START) for label in labels]
        requests = [replace(request, kept=label, scenarios=scenarios) for label in labels]
        return Program((*before, *cells), tuple(requests))

    alone = []
    for label, variant in variants.items():
        # On one line: the id of a mutant is its diff.
        description = f"{kind} `{' '.join(variant.id.split())}` of {request.exercise}"
        alone.append((description, program([label], request.scenarios)))
    return KernelBatch(together=program(variants, hurried), alone=tuple(alone))
