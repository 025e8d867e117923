"""A check: a pure function of two observations that is an ordinary pytest test as well.

The judge runs checks in pytest; the student kit runs the same functions without it. Both must agree
on what a check looks at, on what blocks it and on its verdict, so all three are here.
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

# The names of exceptions that may be shown of a hidden run. The name of a student's own class could
# carry a hidden input.
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
# to_numpy() gives bfloat16 as raw bits, and no float() takes a complex number.
_NO_NUMBERS = {"bfloat16", "complex64"}
NOT_COMPARED = "What was observed could not be compared with what was expected."
NOT_TRIED = "Not tried, because a check that it builds on did not pass."


class CheckFailed(AssertionError):
    """A check did not find what it expected; the text is a sentence for the student.

    Attributes:
        summary: The sentence without anything that the student's process could have chosen. It may
            be shown where the inputs are secret.
        measured: The sentence with the numbers and shapes that were found, but no name or text.
    """

    def __init__(self, sentence: str, *, summary: str, measured: str = "") -> None:
        super().__init__(sentence)
        self.summary = summary
        self.measured = measured or summary


@dataclass(frozen=True, slots=True)
class CheckSpecification:
    """The arguments of the decorator ``check``.

    Attributes:
        on: Names of the scenarios; the check must pass on each.
        weight: Its share of the exercise's points, in any unit.
        requires: Names of checks without which this one is SKIPPED and earns nothing.
        attested: Whether it rests on the word of the student's process alone. It expects the same
            for all inputs (a type, a flag, a count), so a lie needs no knowledge of the inputs.
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
        on=on,
        weight=weight,
        requires=tuple(requires),
        attested=attested,
        requires_one_of=tuple(requires_one_of),
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
    """Why no check can pass on this scenario; None where the check itself must decide.

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
    # PyTorch raises it as well, for an operator that a dtype does not have; then it has a text.
    if name == "NotImplementedError" and not actual.raised.message:
        return Outcome.MISSING, "It still raises NotImplementedError: it is not written yet."
    if name == "MemoryError":
        return Outcome.OUT_OF_MEMORY, "It used more memory than it may."
    explained = explain(actual.raised, cells)
    if reveal:
        place = f" (line {actual.raised.line} of its cell)" if actual.raised.line else ""
        text = f": {actual.raised.message}" if actual.raised.message else ""
        quoted = f"It raised {name}{text}{place}"
        stop = "" if quoted.endswith((".", "!", "?")) else "."
        return Outcome.RAISED, f"{quoted}{stop} {explained}" if explained else quoted
    shown = name if name in SHOWN_EXCEPTIONS else "an exception of its own"
    return Outcome.RAISED, f"It raised {shown}. {explained}".rstrip()


def run_checks(
    checks: Iterable[Check],
    actual: Mapping[str, ObservationResult],
    expected: Mapping[str, Observation],
    *,
    numbers_only: bool = False,
) -> tuple[CheckResult, ...]:
    """Every check's verdict on public inputs, without pytest; messages quote what was found.

    Args:
        checks: Each check after those that it requires.
        actual: What the student's function showed.
        expected: What the reference showed.
        numbers_only: Whether messages quote numbers and shapes only, no name or text of the
            student's.
    """
    results: dict[str, CheckResult] = {}
    for item in checks:
        passed = frozenset(name for name, r in results.items() if r.outcome is Outcome.PASSED)
        results[item.name] = _run(item, actual, expected, passed=passed, numbers_only=numbers_only)
    return tuple(results.values())


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
        # The check could not handle the data, and the data is the student's.
        except Exception:  # noqa: BLE001
            return verdict(item, Outcome.FAILED, NOT_COMPARED)
    return verdict(item, Outcome.PASSED)


def verdict(item: Check, outcome: Outcome, message: str = "") -> CheckResult:
    """The check's result. The judge replaces the messages of hidden checks."""
    return CheckResult(
        name=item.name,
        title=item.title,
        outcome=outcome,
        hidden=item.hidden,
        weight=item.specification.weight,
        message=message,
    )


# --- what checks say


def require_same(
    actual: Value, expected: Value, *, what: str, tolerance: Tolerance = DEFAULT
) -> None:
    """Raise CheckFailed about ``what`` unless the two are the same within ``tolerance``."""
    found = difference(actual, expected, tolerance)
    if found is not None:
        sentence, summary = f"{what}: {found.sentence}.", f"{what}: {found.category}."
        raise CheckFailed(sentence, summary=summary, measured="" if found.has_names else sentence)


def require(holds: bool, sentence: str) -> None:  # noqa: FBT001 - reads as a claim
    """Raise CheckFailed with the sentence unless it holds. The sentence quotes nothing found."""
    if not holds:
        raise CheckFailed(sentence, summary=sentence)


def as_number(value: Value) -> Value:
    """The number in a float, an int or an array of one element; anything else unchanged.

    For checks of a value. Whether it came as a Python float is a small check of its own.
    """
    if isinstance(value, Array) and value.dtype not in _NO_NUMBERS and to_numpy(value).size == 1:
        return float(to_numpy(value).reshape(()))
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value
