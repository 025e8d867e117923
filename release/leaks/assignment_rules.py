"""Gathers what an assignment's students may not get, for the leak check. Trusted side.

Answers are read where they are written: in the source notebook and in the suites. Nothing is made
up for the search, and no secret is made where there is none.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.course.secret import VARIABLE, course_secret
from autograder.course.settings import Course
from autograder.errors import UsageError
from autograder.grading.preparation import load_source
from autograder.judge.suite import Suite, load_suite, seeded, suite_folder
from autograder.notebook.document import UnreadableError
from autograder.notebook.source import SOLUTION_SUFFIX, Role, SourceNotebook
from autograder.notebook.submitted import read_notebook
from autograder.sandbox.kit import student_files
from release.leaks import rules
from release.leaks.answers import Answer, AnswerIndex
from release.leaks.rules import LeakRule

PACKAGE = Path(__file__).resolve().parents[2]
# What another assignment's solution cell gives away itself stands outside of these marks.
_SOLUTION = re.compile(r"### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LeakRules:
    """Everything that this assignment's students may not get.

    Attributes:
        answers: Code.
        secrets: Names, sentences, bytes and paths.
        recorded: Exercise → the scenarios whose observations are public.
    """

    answers: AnswerIndex
    secrets: tuple[LeakRule, ...]
    recorded: Mapping[str, frozenset[str]]


def leak_rules_of(course: Course, assignment: str) -> LeakRules:
    """What the students of ``assignment`` may not get.

    Raises:
        UsageError: There is no such assignment, or the course secret cannot be read.
        SuiteError: nbgrader refuses the source notebook, or a suite contradicts itself.
    """
    source = load_source(course, assignment)
    suites = tuple(_suites(source))
    return LeakRules(
        answers=_answers(course, source, suites),
        secrets=tuple(_secrets(course, source, suites)),
        recorded={
            suite.key.split("/")[1]: frozenset(s.name for s in suite.scenarios if not s.hidden)
            for suite in suites
        },
    )


def _suites(source: SourceNotebook) -> Iterator[Suite]:
    for exercise in source.exercises:
        if suite_folder(f"{source.assignment}/{exercise}").is_dir():
            yield load_suite(source.assignment, exercise)


def _answers(course: Course, source: SourceNotebook, suites: tuple[Suite, ...]) -> AnswerIndex:
    solved = _cells(course, source.assignment)
    answers = [
        Answer(f"the solution of `{name}`", name, solved.get(name + SOLUTION_SUFFIX, ""))
        for name in source.exercises
    ]
    for suite in suites:
        name = suite.key.split("/")[1]
        answers += [
            Answer(f"the accepted variant `{one.id}` of `{name}`", name, one.source)
            for one in suite.accepted
        ]
        answers += [
            Answer(f"the misconception `{one.id}` of `{name}`", name, one.source, is_right=False)
            for one in suite.misconceptions
        ]
    given = [cell.source for cell in source.cells if cell.role is Role.SOLUTION]
    others = [name for name in course.assignments() if name != source.assignment]
    for other in others:
        for name, text in _cells(course, other).items():
            exercise = name.removesuffix(SOLUTION_SUFFIX)
            what = f"the solution of `{exercise}` in {other}"
            answers.append(Answer(what, f"{other}/{exercise}", text, is_foreign=True))
            given.append(_SOLUTION.sub("", text))
    return AnswerIndex(answers, given)


def _cells(course: Course, assignment: str) -> dict[str, str]:
    """The solution cells as the author wrote them; none of a notebook that cannot be read."""
    with suppress(OSError, UnreadableError):
        cells = read_notebook(course.notebook(assignment).read_bytes()).cells
        return {c.grade_id: c.source for c in cells if c.grade_id.endswith(SOLUTION_SUFFIX)}
    return {}


def _secrets(
    course: Course, source: SourceNotebook, suites: tuple[Suite, ...]
) -> Iterator[LeakRule]:
    public = "\n".join(
        path.read_text(encoding="utf-8") for path in student_files(source.assignment)
    )
    shown = [one for suite in suites for one in suite.scenarios if not one.hidden]
    for suite in suites:
        yield from rules.hidden_checks(suite, public, shown)
    cells = read_notebook(course.notebook(source.assignment).read_bytes()).cells
    for cell in cells:
        if cell.grade_id in source.written:
            yield rules.written_answer(cell.grade_id, cell.source)
    for secret in _course_secrets(course):
        yield rules.course_secret(secret)
        for suite in suites:
            yield from rules.seeds(suite, seeded(suite.key, suite.scenarios, secret))
    yield rules.gradebook()
    yield from rules.paths((course.root, course.workspace, Path.home(), PACKAGE))


def _course_secrets(course: Course) -> Iterator[bytes]:
    """The file's and the environment's: either may have decided grades."""
    if course.secret_file.is_file():
        yield course_secret(course.secret_file, environment={})
    if os.environ.get(VARIABLE):
        with suppress(UsageError):
            yield course_secret(course.secret_file)
