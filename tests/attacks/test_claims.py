"""Claims earn nothing: what is only said, or was seen of other inputs, moves no point."""

from collections.abc import Mapping
from dataclasses import replace

from autograder.checks.check import run_checks
from autograder.judge.suite import ATTESTED_AT_MOST
from autograder.model.observation import Observation, ObservationResult
from autograder.model.verdict import Outcome
from tests.suites.workbench import EXERCISES, SECRETS, Workbench, for_each, workbench

per_exercise = for_each(EXERCISES)


def passed(
    bench: Workbench, actual: Mapping[str, ObservationResult], *, alone: bool = False
) -> list[str]:
    """Names of the checks that pass; with ``alone``, whatever others say before them."""
    checks = bench.suite.checks
    if alone:
        checks = tuple(
            replace(c, specification=replace(c.specification, requires=(), requires_one_of=()))
            for c in checks
        )
    results = run_checks(checks, actual, bench.expected)
    return [result.name for result in results if result.outcome is Outcome.PASSED]


@per_exercise
def test_a_replay_earns_nothing(exercise: str) -> None:
    """It is true that right answers to other inputs score 0."""
    bench, other = workbench(exercise), workbench(exercise, SECRETS[1])
    assert passed(bench, other.expected) == []


@per_exercise
def test_what_is_the_same_for_all_inputs_is_marked(exercise: str) -> None:
    """It is true that each check that a constant lie would pass is marked as attested."""
    bench, other = workbench(exercise), workbench(exercise, SECRETS[1])
    attested = {check.name for check in bench.suite.attested}
    assert {*passed(bench, other.expected, alone=True)} <= attested


@per_exercise
def test_little_rests_on_attestation(exercise: str) -> None:
    """It is true that a tenth of each exercise at most is the word of the student's process."""
    assert workbench(exercise).suite.attested_share <= ATTESTED_AT_MOST + 1e-9


@per_exercise
def test_evidence_and_events_earn_nothing(exercise: str) -> None:
    """It is true that a wrong solution with the right one's events and evidence gains nothing."""
    bench = workbench(exercise)
    for look in bench.look_alikes:
        lying = {name: _embellished(seen, bench.expected[name]) for name, seen in look.seen.items()}
        assert passed(bench, lying) == passed(bench, look.seen), look.id


def _embellished(seen: ObservationResult, expected: Observation) -> ObservationResult:
    if not isinstance(seen, Observation):
        return seen
    return replace(seen, evidence=expected.evidence, events=expected.events)


@per_exercise
def test_an_answer_to_another_scenario_earns_nothing(exercise: str) -> None:
    """It is true that one scenario's right answer is wrong for every other one."""
    bench = workbench(exercise)
    for kept in bench.expected.values():
        answers = {name: replace(kept, scenario=name) for name in bench.expected}
        names = [n for n in passed(bench, answers) if n in _elsewhere(bench, kept.scenario)]
        assert names == []


def _elsewhere(bench: Workbench, scenario: str) -> set[str]:
    """Checks of values that look at other scenarios only."""
    return {
        check.name
        for check in bench.suite.checks
        if scenario not in check.specification.on and not check.specification.attested
    }
