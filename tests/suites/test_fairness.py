"""Suites are fair: right solutions keep everything, wrong ones lose and are named.

With one course secret. ``make verify`` tries what the suites know with twenty, and
tests/release/verify/test_gate.py sees that it has passed for the files as they are.
"""

from itertools import combinations
from pathlib import Path

import pytest

from autograder.checks.mismatches import explains, find_mismatches
from autograder.checks.trace_shape import same_shapes, trace_shapes
from autograder.judge.variants import read_variants
from autograder.model.exercise import Variant
from tests.suites.workbench import (
    EXERCISES,
    Workbench,
    for_each,
    notebook_cell,
    workbench,
)

UNSEEN = Path(__file__).parent / "unseen"
NOTHING_DONE = (
    "lambda *given: None",
    "lambda *given: 0.0",
    "lambda *given: 1.0",
    "lambda *given: float('nan')",
    "lambda *given: True",
    "lambda *given: given",
    "lambda *given: given[0]",
    "lambda *given: given[-1]",
    "lambda *given: (given[0], given[0])",
    "lambda *given: [given[0], given[-1]]",
    "lambda *given: torch.zeros(())",
    "lambda *given: (given[0], torch.zeros(4, 3))",
    "lambda *given: (torch.zeros(4, 3), torch.zeros(4, 3, requires_grad=True))",
    "lambda *given: {}",
    "lambda *given: (item for item in given)",
    "None",
    "lambda *given: exec('raise SystemExit')",
    "lambda *given: [given[0].train(), 0.0][-1]",
    "lambda *given: [list(given[1]), given[0].train(), 0.0][-1]",
    "lambda *given: [given[1].zero_grad(), given[1].step(), 0.0][-1]",
)

per_exercise = for_each(EXERCISES)


def variants(exercise: str, verdict: str) -> tuple[Variant, ...]:
    """The unseen solutions; after ``hint:`` stands the expected diagnosis of a wrong one."""
    return read_variants(UNSEEN / f"{exercise.split('/')[1]}-{verdict}.txt")


def plain(name: str) -> str:
    """The name of the mistake: ``naive-log`` of ``naive-log.binary``."""
    return name.partition(".")[0]


def rejected(bench: Workbench, solutions: tuple[Variant, ...], *, tried_before: bool) -> list[str]:
    """Solutions that do not keep everything, with what they lost."""
    grades = {v.id: bench.grade(v.source, tried_before=tried_before) for v in solutions}
    return [f"{name} lost {grade.lost}" for name, grade in grades.items() if grade.share < 1]


@per_exercise
def test_right_solutions_keep_everything(exercise: str) -> None:
    """It is true that the notebook's solution and every accepted variant score 100%."""
    bench = workbench(exercise)
    reference = Variant("reference", notebook_cell(exercise, "-solution"))
    assert rejected(bench, (reference, *bench.suite.accepted), tried_before=False) == []


@per_exercise
def test_unseen_right_solutions_keep_everything(exercise: str) -> None:
    """It is true that right solutions that no suite knows score 100%."""
    assert rejected(workbench(exercise), variants(exercise, "right"), tried_before=False) == []


@per_exercise
def test_earlier_calls_cost_nothing(exercise: str) -> None:
    """It is true that right solutions score 100% when the notebook has called them before."""
    bench = workbench(exercise)
    solutions = bench.suite.accepted + variants(exercise, "right")
    assert rejected(bench, solutions, tried_before=True) == []


@per_exercise
def test_a_stub_earns_nothing(exercise: str) -> None:
    """It is true that what students are given scores 0."""
    name = exercise.split("/")[1]
    grade = workbench(exercise).grade(f"def {name}(*given):\n    raise NotImplementedError()\n")
    assert grade.share == 0
    assert grade.diagnosis is None


@pytest.mark.parametrize("function", NOTHING_DONE)
@per_exercise
def test_doing_nothing_earns_nothing(exercise: str, function: str) -> None:
    """It is true that a function that does nothing scores exactly 0."""
    name = exercise.split("/")[1]
    grade = workbench(exercise).grade(f"import torch\n{name} = {function}\n")
    assert grade.share == 0


@per_exercise
def test_misconceptions_lose_and_are_named(exercise: str) -> None:
    """It is true that every misconception loses points and is diagnosed by its own name."""
    bench = workbench(exercise)
    sources = {variant.id: variant.source for variant in bench.suite.misconceptions}
    grades = {look.id: bench.verdict(look.seen, sources[look.id]) for look in bench.look_alikes}
    assert [name for name, grade in grades.items() if grade.share == 1] == []
    assert {n: grade.diagnosis for n, grade in grades.items()} == {n: plain(n) for n in grades}


@per_exercise
def test_misconceptions_are_named_after_earlier_calls(exercise: str) -> None:
    """It is true that a mistake keeps its name when the notebook has made it before."""
    bench = workbench(exercise)
    named = {
        variant.id: bench.grade(variant.source, tried_before=True).diagnosis
        for variant in bench.suite.misconceptions
    }
    assert named == {name: plain(name) for name in named}


@per_exercise
def test_no_two_misconceptions_look_alike(exercise: str) -> None:
    """It is true that any two differ in values or in what their runs look like."""
    bench = workbench(exercise)
    seen = {
        look.id: (
            find_mismatches(look.seen, bench.expected),
            trace_shapes(look.seen, bench.expected),
        )
        for look in bench.look_alikes
    }
    twins = [
        (first, second)
        for first, second in combinations(seen, 2)
        if explains(seen[first][0], seen[second][0])
        and same_shapes(seen[first][1], seen[second][1])
    ]
    assert twins == []


@per_exercise
def test_unseen_wrong_solutions_lose_and_are_never_misnamed(exercise: str) -> None:
    """It is true that wrong solutions that no suite knows lose and get their name or none."""
    bench = workbench(exercise)
    wrong = variants(exercise, "wrong")
    grades = {variant.id: bench.grade(variant.source) for variant in wrong}
    expected = {v.id: None if v.hint == "none" else v.hint for v in wrong}
    assert [name for name, grade in grades.items() if grade.share == 1] == []
    assert {name: grade.diagnosis for name, grade in grades.items()} == expected


@per_exercise
def test_hints_are_short(exercise: str) -> None:
    """It is true that a hint has the length of one or two sentences."""
    hints = {v.id: v.hint for v in workbench(exercise).suite.misconceptions}
    assert {name: hint for name, hint in hints.items() if not 30 < len(hint) < 230} == {}
