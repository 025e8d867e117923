"""What ``release verify`` found out about an exercise, as data. In the operator's process."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from autograder.model.verdict import ExerciseResult, Outcome

NO_NAME = "none"
FULL_MARKS = "full marks"


class SolutionKind(StrEnum):
    """What a solution is, which decides what it must earn."""

    SOLUTION = "the solution"
    STUDENT_VERSION = "the untouched student version"
    IDLE = "doing nothing"
    ACCEPTED = "accepted variant"
    MISCONCEPTION = "misconception"


@dataclass(frozen=True, slots=True)
class SolutionResult:
    """One solution's verdicts.

    Attributes:
        id: The variant's id; the source of a solution that does nothing.
        kind: What it is.
        verdicts: One for each course secret, in order.
    """

    id: str
    kind: SolutionKind
    verdicts: tuple[ExerciseResult, ...]

    @property
    def name(self) -> str:
        """The mistake's name, whichever form it has: ``naive-log`` of ``naive-log.binary``."""
        return self.id.partition(".")[0]

    @property
    def is_always_full(self) -> bool:
        """Whether it earns 100%, with every secret."""
        return all(is_full(verdict) for verdict in self.verdicts)

    @property
    def always_loses(self) -> bool:
        """Whether it earns less than 100%, with every secret."""
        return not any(is_full(verdict) for verdict in self.verdicts)

    @property
    def never_earns(self) -> bool:
        """Whether it earns nothing, with every secret."""
        return all(verdict.points == 0 for verdict in self.verdicts)

    @property
    def is_always_named(self) -> bool:
        """Whether the diagnosis is its own name, with every secret."""
        return all(verdict.diagnosis == self.name for verdict in self.verdicts)

    def diagnoses(self) -> tuple[str, ...]:
        """The diagnosis with each secret."""
        return tuple(
            FULL_MARKS if is_full(verdict) else verdict.diagnosis or NO_NAME
            for verdict in self.verdicts
        )


@dataclass(frozen=True, slots=True)
class MutationResult:
    """How a suite did against mutants of the solution.

    Attributes:
        tried: How many mutants there are.
        killed: How many lost points.
        equivalent: How many are listed as right and lost none.
        survivors: Diffs of those that lost no points and are not listed.
        stale: Diffs that are listed but belong to no mutant.
        wronged: Diffs that are listed although their mutants lose points.
    """

    tried: int
    killed: int
    equivalent: int
    survivors: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    wronged: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """The share of mutants killed, among those that are not equivalent."""
        wrong = self.tried - self.equivalent
        return self.killed / wrong if wrong else 1.0


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """Everything found out about one exercise and its suite.

    Attributes:
        key: ``assignment/exercise``.
        max_points: What it can earn.
        solutions: Every solution that was tried, without the mutants.
        mutation: None when no mutants were tried.
    """

    key: str
    max_points: float
    solutions: tuple[SolutionResult, ...]
    mutation: MutationResult | None = None

    def of_kind(self, kind: SolutionKind) -> tuple[SolutionResult, ...]:
        """The solutions of one kind."""
        return tuple(solution for solution in self.solutions if solution.kind is kind)

    def confusion(self) -> Mapping[str, Mapping[str, int]]:
        """Misconception → diagnosis → with how many secrets."""
        matrix: dict[str, dict[str, int]] = {}
        for solution in self.of_kind(SolutionKind.MISCONCEPTION):
            row = matrix.setdefault(solution.id, {})
            for name in solution.diagnoses():
                row[name] = row.get(name, 0) + 1
        return matrix


def is_full(verdict: ExerciseResult) -> bool:
    """Whether nothing was lost."""
    return verdict.outcome is Outcome.PASSED
