"""What the students of one assignment may not get, as rules for the leak check. Trusted side.

Answers are read where they are written: in the source notebooks and in the suites. Nothing is made
up for the search, and where there is no course secret, none is made.
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
from autograder.judge.suite import Suite, load_suite, seeded, suite_folder
from autograder.model.cells import Role, read_cells
from autograder.model.exercise import SOLUTION_SUFFIX
from autograder.notebook.source import SourceNotebook
from autograder.sandbox.kit import student_files
from release.leaks import rules
from release.leaks.answers import Answer, AnswerIndex
from release.leaks.rules import LeakRule

PACKAGE = Path(__file__).resolve().parents[2]
_MODEL_ANSWER = re.compile(r"### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LeakRules:
    """Everything that an assignment's students may not get.

    Attributes:
        assignment: Its name.
        answers: Code.
        others: Names, sentences, bytes and paths.
        public_scenarios: Exercise → the scenarios whose observations are public.
    """

    assignment: str
    answers: AnswerIndex
    others: tuple[LeakRule, ...]
    public_scenarios: Mapping[str, frozenset[str]]


def leak_rules_of(course: Course, source: SourceNotebook) -> LeakRules:
    """Gather the rules of one assignment.

    Args:
        course: Knows the source notebooks and the secret.
        source: The assignment's student version.

    Raises:
        UsageError: The course secret cannot be read.
        SuiteError: A suite contradicts itself.
    """
    own = _sources(course, source.assignment)
    elsewhere: dict[str, Mapping[str, str]] = {}
    for other in course.assignments():
        # Another assignment may be half written; this one has been read by nbgrader.
        if other != source.assignment:
            with suppress(OSError, ValueError):
                elsewhere[other] = _sources(course, other)
    suites = tuple(
        load_suite(source.assignment, exercise)
        for exercise in source.exercises
        if suite_folder(f"{source.assignment}/{exercise}").is_dir()
    )
    answers = [
        Answer(f"the solution of `{name}`", name, own[name + SOLUTION_SUFFIX])
        for name in source.exercises
    ]
    for suite in suites:
        answers += _answers_in(suite)
    given = [cell.source for cell in source.cells if cell.role is Role.SOLUTION]
    for other, sources in elsewhere.items():
        for name, text in sources.items():
            if name.endswith(SOLUTION_SUFFIX):
                exercise = name.removesuffix(SOLUTION_SUFFIX)
                what = f"the solution of `{exercise}` in {other}"
                answers.append(Answer(what, f"{other}/{exercise}", text, is_foreign=True))
                # What its stub shows to everybody is outside of the marks.
                given.append(_MODEL_ANSWER.sub("", text))
    return LeakRules(
        source.assignment,
        AnswerIndex(answers, given),
        others=tuple(_other_rules(course, source, suites, own)),
        public_scenarios={
            suite.key.split("/")[1]: frozenset(s.name for s in suite.scenarios if not s.hidden)
            for suite in suites
        },
    )


def _sources(course: Course, assignment: str) -> dict[str, str]:
    """The named cells of a source notebook, as its author wrote them."""
    cells = read_cells(course.notebook(assignment).read_bytes())
    return {cell.grade_id: cell.source for cell in cells}


def _answers_in(suite: Suite) -> Iterator[Answer]:
    name = suite.key.split("/")[1]
    for one in suite.accepted:
        yield Answer(f"the accepted variant `{one.id}` of `{name}`", name, one.source)
    for one in suite.misconceptions:
        yield Answer(f"the misconception `{one.id}` of `{name}`", name, one.source, is_right=False)


def _other_rules(
    course: Course, source: SourceNotebook, suites: tuple[Suite, ...], own: Mapping[str, str]
) -> Iterator[LeakRule]:
    kit = "\n".join(path.read_text(encoding="utf-8") for path in student_files(source.assignment))
    public = [scenario for suite in suites for scenario in suite.scenarios if not scenario.hidden]
    for suite in suites:
        yield from rules.hidden_checks(suite, kit, public)
    for name in source.written:
        yield rules.written_answer(name, own[name])
    # Either may have decided grades: the secret in the file, and the one in the environment.
    secrets = []
    if course.secret_file.is_file():
        secrets.append(course_secret(course.secret_file, environment={}))
    if os.environ.get(VARIABLE):
        with suppress(UsageError):
            secrets.append(course_secret(course.secret_file))
    for secret in secrets:
        yield rules.course_secret(secret)
        for suite in suites:
            yield from rules.seeds(suite, seeded(suite.key, suite.scenarios, secret))
    yield rules.gradebook()
    yield from rules.paths((course.root, course.workspace, Path.home(), PACKAGE))
