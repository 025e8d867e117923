"""A made-up class: what students might hand in. Trusted side; no answer is run here.

Every submission is the released notebook with solution cells filled in from the suite's accepted
variants and misconceptions, except for the first few, which are broken in a way of their own. They
come first because the grader waits for the loop that never ends, and grades others meanwhile.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograder.judge.suite import SUITES
from autograder.judge.variants import BASE, MISCONCEPTIONS, read_variants
from autograder.model.cells import NotebookCell
from autograder.model.exercise import SOLUTION_SUFFIX, Variant

CRASH = "import os\n\nos._exit(1)\n"
ENDLESS_LOOP = "while True:\n    pass\n"
WRITTEN_ANSWER = (
    "zero_grad, backward and step: old gradients add up, none are computed, nothing moves."
)


@dataclass(frozen=True, slots=True)
class SampleSubmission:
    """One student's file.

    Attributes:
        student: Such as ``s007``.
        content: The file's bytes.
        handed_in: For each exercise the id of its variant, or what is wrong with the file; for
            people to compare with what the grader found.
    """

    student: str
    content: bytes
    handed_in: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExerciseVariants:
    """The ways to answer one exercise."""

    exercise: str
    accepted: tuple[Variant, ...]
    misconceptions: tuple[Variant, ...]


def variants_of(assignment: str) -> tuple[ExerciseVariants, ...]:
    """The variants of every automatic exercise of the assignment, by name."""
    return tuple(
        ExerciseVariants(
            path.parent.name,
            read_variants(path),
            tuple(v for v in read_variants(path.with_name(MISCONCEPTIONS)) if v.id != BASE),
        )
        for path in sorted(SUITES.glob(f"{assignment}/*/accepted.py"))
    )


def make_class(
    released: str, variants: tuple[ExerciseVariants, ...], *, students: int = 24
) -> Iterator[SampleSubmission]:
    """A class in which the first four files are broken, and a quarter is right throughout.

    Args:
        released: The student version of the notebook.
        variants: The ways to answer its exercises.
        students: At least five; the same number always gives the same class.
    """
    first = variants[0].exercise
    broken = {
        "loops for ever": fill(released, {first: ENDLESS_LOOP}).encode(),
        "ends its own process": fill(released, {first: CRASH}).encode(),
        "left blank": released.encode(),
        "no notebook": b"%PDF-1.7 my homework is in here somewhere\n",
    }
    for number, (fault, content) in enumerate(broken.items(), start=1):
        yield SampleSubmission(f"s{number:03d}", content, {v.exercise: fault for v in variants})
    for index in range(students - len(broken)):
        chosen = {}
        for place, exercise in enumerate(variants):
            # Bit `place` of the index decides: of two exercises, every mixture of right and wrong.
            is_mistake = index >> place & 1
            pool = exercise.misconceptions if is_mistake else exercise.accepted
            chosen[exercise.exercise] = pool[index % len(pool)]
        answers = {name: variant.source for name, variant in chosen.items()}
        yield SampleSubmission(
            f"s{index + len(broken) + 1:03d}",
            fill(released, answers).encode(),
            handed_in={name: variant.id for name, variant in chosen.items()},
        )


def fill(released: str, answers: Mapping[str, str]) -> str:
    """The released notebook with each exercise's solution cell, and the written answer, filled."""
    notebook = json.loads(released)
    sources = {exercise + SOLUTION_SUFFIX: source for exercise, source in answers.items()}
    for raw in notebook["cells"]:
        cell = NotebookCell.of(raw)
        is_written = cell.kind == "markdown" and cell.nbgrader.get("solution")
        source = WRITTEN_ANSWER if is_written else sources.get(cell.grade_id)
        if source is not None:
            raw["source"] = source.splitlines(keepends=True)
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
