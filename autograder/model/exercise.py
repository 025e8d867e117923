"""Exercises, scenarios and variants, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# The solution cell of the exercise `train_step` has the grade_id `train_step-solution`.
SOLUTION_SUFFIX = "-solution"
Option = None | bool | int | float | str | list["Option"] | dict[str, "Option"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Seeded inputs and a call plan, as data that can be sent to a sandbox.

    Attributes:
        name: Unique within its exercise, such as ``stale_gradients``.
        options: What the exercise's plan reads: sizes, the optimizer, how many calls.
        hidden: Whether students may never see it.
        seed: The inputs follow from it. The self-check uses a public seed, grading one that is
            derived from the course secret.
        budget_seconds: Processor seconds before the scenario counts as TIMED_OUT.
        raises: Name of the exception that a right solution ends with here; mostly empty.
    """

    name: str
    options: Mapping[str, Option] = field(default_factory=dict)
    hidden: bool = False
    seed: int = 0
    budget_seconds: float = 5.0
    raises: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """Text that an exercise's solution cell could have.

    Attributes:
        id: Its name, such as ``no-zero``; unique within its file.
        source: The text of the cell.
        hint: For a misconception, one or two sentences naming the cause; else empty.
    """

    id: str
    source: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One automatic exercise, as the source notebook and its suite define it.

    Attributes:
        assignment: Such as ``training``.
        name: Such as ``train_step``: the function's name and the grade cell's grade_id.
        max_points: The points of the grade cell.
        solution: Text of the solution cell in the source notebook.
    """

    assignment: str
    name: str
    max_points: float
    solution: str = field(repr=False, default="")

    @property
    def key(self) -> str:
        """``assignment/exercise``, as the wire and the caches name it."""
        return f"{self.assignment}/{self.name}"
