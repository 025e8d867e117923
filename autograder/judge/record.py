"""Writes the student kit's data: observations on public scenarios, and hints. Trusted.

A recorded file holds no solution, no hidden scenario and no seed of a graded run.
"""

import json
from pathlib import Path

from autograder.checks.parsed_cell import parameters_of
from autograder.judge.assignment import Assignment
from autograder.judge.reference import make_references
from autograder.judge.suite import PUBLIC_SECRET, seeded
from autograder.model.limits import Limits
from autograder.model.program import Sandbox
from autograder.probe.observation_file import write_observations


def write_recorded(
    assignment: Assignment, *, sandbox: Sandbox, destination: Path, cache: Path, limits: Limits
) -> Path:
    """Write a folder for each exercise under ``destination/<assignment>/``; returns the latter.

    The file ``observations`` holds wire frames with the key ``expected`` or a misconception's id;
    ``exercise.json`` holds the hints, the names of the parameters and the public seeds.
    """
    references = make_references(
        assignment,
        sandbox=sandbox,
        secret=PUBLIC_SECRET,
        cache=cache,
        limits=limits,
        public_only=True,
    )
    for suite, exercise in zip(assignment.suites, assignment.exercises, strict=True):
        name = exercise.name
        folder = destination / assignment.name / name
        folder.mkdir(parents=True, exist_ok=True)
        looks = references.look_alikes[suite.key]
        seen = {"expected": references.expected[suite.key], **{k.id: k.seen for k in looks}}
        write_observations(folder / "observations", seen)
        scenarios = seeded(suite.key, suite.scenarios, PUBLIC_SECRET)
        document = {
            "exercise": suite.key,
            "seeds": {s.name: s.seed for s in scenarios if not s.hidden},
            "hints": {look.id: look.hint for look in looks},
            "parameters": parameters_of(exercise.solution),
        }
        text = json.dumps(document, indent=1, sort_keys=True) + "\n"
        (folder / "exercise.json").write_text(text, encoding="utf-8")
    return destination / assignment.name
