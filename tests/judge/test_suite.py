"""Suites: loaded, checked for contradictions, seeded from a secret."""

from dataclasses import replace
from typing import Any

import pytest

from autograder.checks.check import Check, CheckSpecification
from autograder.errors import SuiteError
from autograder.judge import suite as suites
from autograder.judge.suite import Suite, load_suite, public_part, seeded
from autograder.model.exercise import Scenario, Variant


def _suite() -> Suite:
    return load_suite("training", "train_step")


def test_a_suite_is_loaded_whole() -> None:
    """It is true that the suite has a public and a hidden half, each marked."""
    suite = _suite()
    assert {s.hidden for s in suite.scenarios} == {True, False}
    assert {c.hidden for c in suite.checks} == {True, False}
    assert suite.accepted
    assert suite.misconceptions


def test_the_public_part_has_no_answers() -> None:
    """It is true that what a kit may know has no hidden scenario, check or solution."""
    part = public_part(_suite())
    assert not any(s.hidden for s in part.scenarios)
    assert not any(c.hidden for c in part.checks)
    assert not part.accepted


def test_an_unknown_exercise_is_named() -> None:
    """It is true that an exercise without a suite gives a sentence with its name."""
    with pytest.raises(SuiteError, match="'flying' of 'training' has no suite"):
        load_suite("training", "flying")


def test_seeds_follow_the_secret() -> None:
    """It is true that one secret gives one set of inputs, and another gives others."""
    scenarios = _suite().scenarios
    first, again = (seeded("a/b", scenarios, b"secret") for _ in range(2))
    other = seeded("a/b", scenarios, b"another")
    assert first == again
    assert not {s.seed for s in first} & {s.seed for s in other}
    assert len({s.seed for s in first}) == len(first)


def _check(name: str, *on: str, hidden: bool = False, **told: Any) -> Check:
    specification = CheckSpecification(on, **{"weight": 1.0, "requires": (), **told})
    return Check(name, name, lambda _a, _e: None, specification, hidden)


_VALUE = _check("v", "a", weight=7.0)
_CLAIM = _check("c", "a", requires=("v",), attested=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"scenarios": (Scenario("a"), Scenario("a"))}, "two scenarios are called 'a'"),
        ({"checks": (_check("t", "nowhere"),)}, "'nowhere', which is no scenario"),
        ({"checks": (_check("t", "h"),)}, "'h', which is no scenario that it may see"),
        ({"checks": (_check("t", "a", requires=("u",)),)}, "requires 'u'"),
        ({"checks": (_check("t", "a", requires_one_of=("u",)),)}, "requires 'u'"),
        ({"misconceptions": (Variant("wrong", "x"),)}, "wrong has no hint"),
        (
            {"accepted": (Variant("a", "x"), Variant("a", "y"))},
            "two accepted variants are called 'a'",
        ),
        ({"checks": (_VALUE, _CLAIM)}, r"attested checks weigh 12.5% of it; at most 10% may"),
        ({"checks": (_check("c", "a", attested=True),)}, "c is attested and requires no check"),
    ],
)
def test_contradictions_are_refused(change: dict[str, object], words: str) -> None:
    """It is true that a suite which cannot grade says why before it grades anybody."""
    sound = Suite("x/y", (Scenario("a"), Scenario("h", hidden=True)), (), (), ())
    suites._refuse_contradictions(sound)
    with pytest.raises(SuiteError, match=words):
        suites._refuse_contradictions(replace(sound, **change))  # type: ignore[arg-type]


def test_a_suite_knows_its_attested_checks() -> None:
    """It is true that a suite knows which checks rest on the student's process's word alone."""
    suite = replace(_suite(), checks=(replace(_VALUE, name="v"), _CLAIM))
    assert suite.attested == (_CLAIM,)
    assert suite.attested_share == 0.125
    assert replace(suite, checks=()).attested_share == 0
