"""Random damage: whatever a file holds, there is a row, and no point that its code has not earned.

A few hundred examples, always the same ones. ``--hypothesis-profile=long`` looks for new ones.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given

from autograder.course.settings import load_course
from autograder.course.workspace import SubmittedFile
from autograder.grading.preparation import load_source
from autograder.grading.worker import Graded, WorkerSetup, grade
from autograder.model.verdict import GradingResults
from tests.damaged.mutations import harmlessly_mutated, mutated, spoiled
from tests.grading.fakes import (
    ASSIGNMENT,
    EXERCISES,
    RIGHT,
    FakeEquipment,
    answered,
    make_course,
    released_notebook,
)

PROJECT = Path(__file__).parents[2]
# Eight changes cannot make a row unreadable for a person.
MOST_PROBLEMS = 20
LONGEST_PROBLEM = 300


@pytest.fixture(scope="module")
def worker_setup(tmp_path_factory: pytest.TempPathFactory) -> WorkerSetup:
    """A worker's setup with a sandbox and a judge that run in this process."""
    course = load_course(make_course(tmp_path_factory.mktemp("course"), PROJECT))
    return WorkerSetup(load_source(course, ASSIGNMENT), EXERCISES, course.limits, FakeEquipment())


def graded(worker_setup: WorkerSetup, content: bytes) -> Graded:
    """The verdict, after everything that holds for every verdict has been looked at."""
    verdict = grade(worker_setup, FakeEquipment()(), SubmittedFile("s", content))
    row = verdict.result
    assert (row.status, verdict.fault) == ("graded", "")
    worth = {exercise.name: exercise.max_points for exercise in EXERCISES}
    assert {one.name: one.max_points for one in row.exercises} == worth
    assert all(one.points in {0.0, one.max_points} for one in row.exercises)
    assert row.score == sum(one.points for one in row.exercises)
    assert row.max_score == sum(worth.values())
    assert len(row.problems) <= MOST_PROBLEMS
    assert all(text.isprintable() and len(text) <= LONGEST_PROBLEM for text in row.problems)
    GradingResults(ASSIGNMENT, "sha256:0", (row,)).to_json().encode()
    json.dumps(asdict(row), allow_nan=False)
    verdict.notebook.encode()
    nbformat.validate(json.loads(verdict.notebook))
    assert grade(worker_setup, FakeEquipment()(), SubmittedFile("s", content)) == verdict
    return verdict


def texts(value: Any) -> Iterator[str]:
    """Everything in a document that a cell's text can be made of."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        if all(isinstance(inner, str) for inner in value):
            yield "".join(value)
        for inner in value:
            yield from texts(inner)


def squeezed(text: str) -> str:
    """The text without blanks and line ends: some damage only moves those."""
    return "".join(text.split())


def test_untouched_work_earns_nothing(worker_setup: WorkerSetup) -> None:
    """a notebook that nobody has answered gets no point, whatever else is done to it."""

    @given(mutated(released_notebook()))
    def holds(document: Any) -> None:
        verdict = graded(worker_setup, json.dumps(document).encode())
        assert verdict.result.score == 0

    holds()


def test_points_are_given_for_the_right_code_only(worker_setup: WorkerSetup) -> None:
    """an exercise has its points only where its right text is still in the file."""

    @given(mutated(answered()))
    def holds(document: Any) -> None:
        verdict = graded(worker_setup, json.dumps(document).encode())
        present = {squeezed(text) for text in texts(document)}
        for one in verdict.result.exercises:
            right = squeezed(RIGHT[f"{one.name}-solution"])
            assert not one.points or any(right in text for text in present)

    holds()


def test_harmless_damage_costs_nothing(worker_setup: WorkerSetup) -> None:
    """what says nothing of the student's work may be anything at all."""

    @given(harmlessly_mutated(answered()))
    def holds(document: Any) -> None:
        assert graded(worker_setup, json.dumps(document).encode()).result.score == 10

    holds()


def test_spoiled_bytes_harm_nobody(worker_setup: WorkerSetup) -> None:
    """a file whose bytes were changed has its row, and an untouched one earns nothing."""

    @given(spoiled(answered()), spoiled(released_notebook()))
    def holds(solved: bytes, untouched: bytes) -> None:
        graded(worker_setup, solved)
        assert graded(worker_setup, untouched).result.score == 0

    holds()
