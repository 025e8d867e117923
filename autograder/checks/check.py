"""A check: a pure function of two observations that is an ordinary pytest test as well.

The judge runs checks in pytest; the student kit runs the same functions without it. What both
must agree on is here: what a check looks at, what blocks it, and how verdicts follow.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TypeVar

from autograder.checks.comparison import DEFAULT, Tolerance, difference, to_numpy
from autograder.checks.explanation import explain
from autograder.model.observation import (
    Array,
    MissingObservation,
    Observation,
    ObservationResult,
    Value,
)
from autograder.model.verdict import CheckResult, Outcome

CheckFunction = Callable[[Observation, Observation], None]
_F = TypeVar("_F", bound=CheckFunction)

# Names that may be shown to a student from a hidden run: anything else is the student's own text.
SHOWN_EXCEPTIONS = frozenset(
    [
        "ArithmeticError",
        "AssertionError",
        "AttributeError",
        "IndexError",
        "KeyError",
        "MemoryError",
        "NameError",
        "NotImplementedError",
        "OverflowError",
        "RecursionError",
        "RuntimeError",
        "StopIteration",
        "SystemExit",
        "TypeError",
        "UnboundLocalError",
        "ValueError",
        "ZeroDivisionError",
        "ImportError",
        "ModuleNotFoundError",
        "KeyboardInterrupt",
        "OSError",
        "FileNotFoundError",
        "PermissionError",
        "EOFError",
    ]
)
_NO_NUMBERS = {"bfloat16", "complex64"}
NOT_COMPARED = "What was observed could not be compared with what was expected."
NOT_TRIED = "Not tried, because a check that it builds on did not pass."


class CheckFailed(AssertionError):
    """What a check found is not what it expected; the text is a sentence for the student.

    Attributes:
        summary: The same without anything that the student's process could have chosen: what
            may be shown when the inputs are secret.
        measured: The same with the numbers and shapes that were found, but no name or text.
    """

    def __init__(self, sentence: str, *, summary: str, measured: str = "") -> None:
        super().__init__(sentence)
        self.summary = summary
        self.measured = measured or summary


@dataclass(frozen=True, slots=True)
class CheckSpecification:
    """What the decorator was told.

    Attributes:
        on: Names of the scenarios; the check must pass on each.
        weight: Its share of the exercise's points, in any unit.
        requires: Names of checks without which this one is SKIPPED and earns nothing.
        attested: Whether it rests on the word of the student's process alone: what it expects is
            the same for all inputs (a type, a flag, a count), so that a lie needs no knowledge.
        requires_one_of: Names of checks of which one must have passed, or this one is SKIPPED.
    """

    on: tuple[str, ...]
    weight: float
    requires: tuple[str, ...]
    attested: bool = False
    requires_one_of: tuple[str, ...] = ()

    def may_run(self, passed: Collection[str]) -> bool:
        """Whether enough of the checks that it builds on passed."""
        return {*passed}.issuperset(self.requires) and (
            not self.requires_one_of or not {*passed}.isdisjoint(self.requires_one_of)
        )


@dataclass(frozen=True, slots=True)
class Check:
    """A check function with its title and specification."""

    name: str
    title: str
    function: CheckFunction
    specification: CheckSpecification
    hidden: bool


def check(
    *on: str,
    weight: float = 1.0,
    requires: Iterable[str] = (),
    requires_one_of: Iterable[str] = (),
    attested: bool = False,
) -> Callable[[_F], _F]:
    """Declare that a test function is a check on the scenarios named ``on``.

    Args:
        on: Names of the scenarios; the check must pass on each.
        weight: Its share of the exercise's points, in any unit.
        requires: Names of checks without which this one is SKIPPED and earns nothing.
        requires_one_of: Names of checks of which one must have passed, or it is SKIPPED.
        attested: Whether it rests on the word of the student's process alone. Such checks need a
            check of a value before them, and may weigh a tenth of the exercise together.
    """
    specification = CheckSpecification(
        on, weight, tuple(requires), attested, tuple(requires_one_of)
    )

    def mark(function: _F) -> _F:
        function.specification = specification  # type: ignore[attr-defined]
        return function

    return mark


def checks_of(module: ModuleType, *, hidden: bool) -> tuple[Check, ...]:
    """The module's checks, in the order in which they are written."""
    return tuple(
        Check(name, title_of(function), function, function.specification, hidden)
        for name, function in vars(module).items()
        if name.startswith("test_") and hasattr(function, "specification")
    )


def title_of(function: CheckFunction) -> str:
    """The docstring's first line, which the student reads."""
    return (function.__doc__ or function.__name__).strip().splitlines()[0]


# --- verdicts


def blocked(
    actual: ObservationResult,
    expected: Observation,
    *,
    reveal: bool = False,
    cells: Iterable[str] = (),
) -> tuple[Outcome, str] | None:
    """Why this scenario cannot pass whatever the check says; None when the check must speak.

    Args:
        actual: What the student's function showed.
        expected: What the reference showed.
        reveal: Whether the exception's own text may be quoted: only where the inputs are public.
        cells: Texts of the student's cells of which a line may be shown.
    """
    if isinstance(actual, MissingObservation):
        return actual.outcome, f"Nothing was observed: {actual.reason}."
    if actual.raised is None or expected.raised is not None:
        return None
    name = actual.raised.type_name
    # PyTorch raises it too, with a text: an operator that some dtype does not have.
    if name == "NotImplementedError" and not actual.raised.message:
        return Outcome.MISSING, "It still raises NotImplementedError: it is not written yet."
    if name == "MemoryError":
        return Outcome.OUT_OF_MEMORY, "It used more memory than it may."
    explained = explain(actual.raised, cells)
    if reveal:
        place = f" (line {actual.raised.line} of its cell)" if actual.raised.line else ""
        text = f": {actual.raised.message}" if actual.raised.message else ""
        quoted = f"It raised {name}{text}{place}"
        return Outcome.RAISED, f"{_closed(quoted)} {explained}" if explained else quoted
    shown = name if name in SHOWN_EXCEPTIONS else "an exception of its own"
    return Outcome.RAISED, f"It raised {shown}. {explained}".rstrip()


def _closed(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def run_checks(
    checks: Iterable[Check],
    actual: Mapping[str, ObservationResult],
    expected: Mapping[str, Observation],
    *,
    numbers_only: bool = False,
) -> tuple[CheckResult, ...]:
    """Every check's verdict on public inputs, without pytest; messages quote what was found.

    Args:
        checks: In an order in which requirements lead.
        actual: What the student's function showed.
        expected: What the reference showed.
        numbers_only: Whether messages quote numbers and shapes, but no name or text of the student.
    """
    results: dict[str, CheckResult] = {}
    for item in checks:
        results[item.name] = _run(
            item, actual, expected, passed=_passed(results), numbers_only=numbers_only
        )
    return tuple(results.values())


def _passed(results: Mapping[str, CheckResult]) -> frozenset[str]:
    return frozenset(name for name, r in results.items() if r.outcome is Outcome.PASSED)


def _run(
    item: Check,
    actual: Mapping[str, ObservationResult],
    expected: Mapping[str, Observation],
    *,
    passed: frozenset[str],
    numbers_only: bool,
) -> CheckResult:
    specification = item.specification
    if not specification.may_run(passed):
        return verdict(item, Outcome.SKIPPED, NOT_TRIED)
    for name in specification.on:
        seen = actual[name]
        obstacle = blocked(seen, expected[name], reveal=True)
        if obstacle is not None:
            return verdict(item, *obstacle)
        assert isinstance(seen, Observation)  # noqa: S101 - blocked() has dealt with missing ones
        try:
            item.function(seen, expected[name])
        except CheckFailed as failure:
            message = failure.measured if numbers_only else str(failure)
            return verdict(item, Outcome.FAILED, message)
        except KeyError as missing:
            return verdict(item, Outcome.FAILED, f"Nothing was seen of {missing}.")
        # The check met data that it did not expect: the data is the student's.
        except Exception:  # noqa: BLE001
            return verdict(item, Outcome.FAILED, NOT_COMPARED)
    return verdict(item, Outcome.PASSED)


def verdict(item: Check, outcome: Outcome, message: str = "") -> CheckResult:
    """The check's result; messages of hidden checks are for the judge to replace."""
    specification = item.specification
    return CheckResult(item.name, item.title, outcome, item.hidden, specification.weight, message)


# --- what checks say


def require_same(
    actual: Value, expected: Value, *, what: str, tolerance: Tolerance = DEFAULT
) -> None:
    """Raise CheckFailed unless the two are the same within ``tolerance``; names ``what``."""
    found = difference(actual, expected, tolerance)
    if found is not None:
        sentence, summary = f"{what}: {found.sentence}.", f"{what}: {found.category}."
        raise CheckFailed(sentence, summary=summary, measured="" if found.has_names else sentence)


def require(holds: bool, sentence: str) -> None:  # noqa: FBT001 - reads as a claim
    """Raise CheckFailed with the sentence unless it holds; it must not quote what was found."""
    if not holds:
        raise CheckFailed(sentence, summary=sentence)


def as_number(value: Value) -> Value:
    """A number out of a float, an int or an array with one element; anything else unchanged.

    For checks of a value: whether it came as a Python float is a separate, small check.
    """
    if isinstance(value, Array) and value.dtype not in _NO_NUMBERS and to_numpy(value).size == 1:
        return float(to_numpy(value).reshape(()))
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value
