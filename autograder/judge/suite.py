"""A suite: everything that grades one exercise, loaded and checked for contradictions. Trusted."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from autograder.checks.check import Check, checks_of
from autograder.errors import SuiteError
from autograder.judge.variants import BASE, MISCONCEPTIONS, read_variants
from autograder.model.exercise import Scenario, Variant

SUITES = Path(__file__).parents[1] / "suites"
PUBLIC_SECRET = b"public"
# The share of an exercise's weight that may rest on the word of the student's process alone.
ATTESTED_AT_MOST = 0.1
# Sums of weights such as 0.1 and 0.2 are not exact.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Suite:
    """The scenarios, checks and known solutions of one exercise.

    Attributes:
        key: ``assignment/exercise``.
        scenarios: Public ones first, unseeded.
        checks: Public ones first, each after its prerequisites.
        accepted: Right solutions in many styles, and the base of the misconceptions.
        misconceptions: Wrong ones, each with its hint.
    """

    key: str
    scenarios: tuple[Scenario, ...]
    checks: tuple[Check, ...]
    accepted: tuple[Variant, ...]
    misconceptions: tuple[Variant, ...]

    @property
    def attested_share(self) -> float:
        """The share of the weight that rests on the word of the student's process alone."""
        total = sum(check.specification.weight for check in self.checks)
        return sum(check.specification.weight for check in self.attested) / total if total else 0.0

    @property
    def attested(self) -> tuple[Check, ...]:
        """The checks that rest on the word of the student's process alone."""
        return tuple(check for check in self.checks if check.specification.attested)

    def check_files(self) -> tuple[Path, Path]:
        """The two files that pytest collects: public and hidden checks."""
        folder = suite_folder(self.key)
        return folder / f"test_{folder.name}.py", folder / "hidden.py"


def suite_folder(key: str) -> Path:
    """The folder of the suite of ``assignment/exercise``."""
    return SUITES.joinpath(*key.split("/"))


def load_suite(assignment: str, exercise: str) -> Suite:
    """The suite of one exercise.

    Raises:
        SuiteError: There is none, or it contradicts itself; the text says where.
    """
    key = f"{assignment}/{exercise}"
    folder = suite_folder(key)
    if not (folder / "scenarios.py").is_file():
        message = f"the exercise {exercise!r} of {assignment!r} has no suite; expected {folder}"
        raise SuiteError(message)
    package = f"autograder.suites.{assignment}.{exercise}"
    public, hidden = import_module(f"{package}.scenarios"), import_module(f"{package}.hidden")
    tests = import_module(f"{package}.test_{exercise}")
    right = read_variants(folder / "accepted.py")
    edits = read_variants(folder / MISCONCEPTIONS)
    suite = Suite(
        key=key,
        scenarios=public.SCENARIOS + tuple(replace(s, hidden=True) for s in hidden.SCENARIOS),
        checks=checks_of(tests, hidden=False) + checks_of(hidden, hidden=True),
        accepted=right + tuple(variant for variant in edits if variant.id == BASE),
        misconceptions=tuple(variant for variant in edits if variant.id != BASE),
    )
    _refuse_contradictions(suite)
    return suite


def seeded(key: str, scenarios: tuple[Scenario, ...], secret: bytes) -> tuple[Scenario, ...]:
    """The scenarios with the seeds that ``secret`` gives them, the same for every student."""
    # Keyed with the secret, so a student cannot compute a seed from the public names. Six bytes are
    # exact as a number in JSON.
    digests = (hmac.digest(secret, f"{key}/{s.name}".encode(), hashlib.sha256) for s in scenarios)
    return tuple(
        replace(scenario, seed=int.from_bytes(digest[:6], "big"))
        for scenario, digest in zip(scenarios, digests, strict=True)
    )


def public_part(suite: Suite) -> Suite:
    """The suite as a student's kit has it: public scenarios and checks, no solutions."""
    return replace(
        suite,
        scenarios=tuple(s for s in suite.scenarios if not s.hidden),
        checks=tuple(c for c in suite.checks if not c.hidden),
        accepted=(),
    )


def _refuse_contradictions(suite: Suite) -> None:
    public = {s.name for s in suite.scenarios if not s.hidden}
    names = [s.name for s in suite.scenarios]
    problems = [f"two scenarios are called {n!r}" for n in {*names} if names.count(n) > 1]
    rights = [v.id for v in suite.accepted]
    problems += [
        f"two accepted variants are called {n!r}" for n in {*rights} if rights.count(n) > 1
    ]
    earlier: set[str] = set()
    for check in suite.checks:
        allowed = {*names} if check.hidden else public
        problems += [
            f"{check.name} looks at {n!r}, which is no scenario that it may see"
            for n in check.specification.on
            if n not in allowed
        ]
        problems += [
            f"{check.name} requires {n!r}, which is no check before it"
            for n in (*check.specification.requires, *check.specification.requires_one_of)
            if n not in earlier
        ]
        earlier.add(check.name)
    problems += [f"{v.id} has no hint" for v in suite.misconceptions if not v.hint]
    problems += [
        f"{check.name} is attested and requires no check of a value before it"
        for check in suite.attested
        if not (check.specification.requires or check.specification.requires_one_of)
    ]
    if suite.attested_share > ATTESTED_AT_MOST + _ROUNDING:
        problems.append(
            f"attested checks weigh {suite.attested_share:.1%} of it; at most "
            f"{ATTESTED_AT_MOST:.0%} may rest on the word of the student's process"
        )
    if problems:
        message = f"the suite {suite.key} contradicts itself: {'; '.join(problems)}"
        raise SuiteError(message)
