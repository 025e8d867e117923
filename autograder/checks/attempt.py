"""One student's attempt at one exercise, as the judge or the self-check knows it. Pure data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.checks.check import Check
from autograder.checks.parsed_cell import ParsedCell, parse_cell
from autograder.model.observation import Observation, ObservationResult
from autograder.model.verdict import CheckResult, Outcome


@dataclass(frozen=True, slots=True)
class Attempt:
    """One student's attempt at one exercise.

    Attributes:
        checks: The exercise's checks, in the suite's order.
        results: Their verdicts.
        actual: What the student's function showed.
        expected: What the reference showed.
        cells: Texts of the student's cells of which a line may be shown.
        own_cell: Text of the cell that defines the function, where it is known.
        parameters: Names of the function's parameters, in the order of the statement.
    """

    checks: Sequence[Check]
    results: Sequence[CheckResult]
    actual: Mapping[str, ObservationResult]
    expected: Mapping[str, Observation]
    cells: Sequence[str] = ()
    own_cell: str = ""
    parameters: tuple[str, ...] = ()

    @property
    def parsed(self) -> ParsedCell | None:
        """The cell that defines the function; None where it is unknown or Python cannot read it."""
        return parse_cell(self.own_cell or (self.cells[0] if len(self.cells) == 1 else ""))

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(result.outcome is Outcome.PASSED for result in self.results)

    def outcome_of(self, check: Check) -> Outcome:
        """The check's outcome; SKIPPED where it has no verdict."""
        outcomes = (r.outcome for r in self.results if r.name == check.name)
        return next(outcomes, Outcome.SKIPPED)
