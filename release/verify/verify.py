"""``release verify``: tries a suite on everything that is known to be right or wrong.

In the operator's process, trusted. What runs is the instructor's own, but it runs in the sandbox,
through the same probe and judge as a student's notebook.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.course.settings import Course
from autograder.errors import SuiteError
from autograder.grading.preparation import load_source
from autograder.judge.assignment import SOLUTION_SUFFIX, Assignment, load_assignment
from autograder.judge.suite import suite_folder
from autograder.model.exercise import Variant
from release.mutation.equivalents import NAME
from release.mutation.run import try_mutants
from release.scaffold import unfinished
from release.verify.notebook_rules import faults_of
from release.verify.notebook_run import failures_of
from release.verify.reasons import reasons_of
from release.verify.results import Findings, Kind, Mutation, Trial
from release.verify.variant_runner import Bench, Laboratory, benches, open_laboratory, secret_number

Say = Callable[[str], None]
IDLE = (
    "lambda *given: None",
    "lambda *given: 0.0",
    "lambda *given: 1.0",
    "lambda *given: float('nan')",
    "lambda *given: given",
    "lambda *given: given[0]",
    "lambda *given: given[-1]",
    "lambda *given: (given[0], given[0])",
    "lambda *given: torch.zeros(())",
    "lambda *given: (given[0], torch.zeros(4, 3))",
    "lambda *given: {}",
    "lambda *given: exec('raise SystemExit')",
    "lambda *given: [given[0].train(), 0.0][-1]",
    "lambda *given: [given[1].zero_grad(), given[1].step(), 0.0][-1]",
    "None",
)


@dataclass(frozen=True, slots=True)
class Verified:
    """One assignment, held against its suites.

    Attributes:
        assignment: Its name.
        secrets: With how many course secrets.
        digest: Of notebook, suites and lists; changes whenever the verdict could.
        findings: One an exercise, in the notebook's order.
        faults: What kept it from being tried at all.
    """

    assignment: str
    secrets: int
    digest: str = ""
    findings: tuple[Findings, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def mutants_tried(self) -> bool:
        """Whether every exercise's suite was tried on mutants."""
        return all(findings.mutation is not None for findings in self.findings)

    def reasons(self) -> tuple[str, ...]:
        """Why it cannot be released; empty when it can."""
        return (*self.faults, *(reason for one in self.findings for reason in reasons_of(one)))


def verify(
    course: Course, names: Sequence[str], *, secrets: int, quick: bool, say: Say
) -> Iterator[Verified]:
    """Hold the assignments against their suites, one by one.

    Args:
        course: Where things lie.
        names: The assignments.
        secrets: With how many course secrets; the same ones each time.
        quick: Leave the mutants out.
        say: Is told what is being done.

    Raises:
        UsageError: There is no such assignment.
        ConfinementError: This machine cannot confine code.
    """
    for name in names:
        course.notebook(name)
    with open_laboratory(course) as laboratory:
        for name in names:
            yield verify_one(
                course, name, laboratory=laboratory, secrets=secrets, quick=quick, say=say
            )


def verify_one(
    course: Course, name: str, *, laboratory: Laboratory, secrets: int, quick: bool, say: Say
) -> Verified:
    """Hold one assignment against its suites, in a laboratory that is open."""
    try:
        return _Assignment(course, name, laboratory, say).verified(secrets, quick=quick)
    except SuiteError as error:
        return Verified(name, secrets, faults=(str(error),))


class _Assignment:
    def __init__(self, course: Course, name: str, laboratory: Laboratory, say: Say) -> None:
        self._course = course
        self._name = name
        self._laboratory = laboratory
        self._say = say
        self._assignment = load_assignment(name, course.notebook(name))

    def verified(self, secrets: int, *, quick: bool) -> Verified:
        """Try every solution with every secret, and the mutants with the first."""
        student_version = load_source(self._course, self._name).named
        trials: dict[str, list[dict[str, Trial]]] = {}
        mutations: dict[str, Mutation] = {}
        for number in range(1, secrets + 1):
            self._say(f"{self._name}: trying solutions with secret {number} of {secrets}")
            for bench in benches(self._laboratory, self._assignment, secret=secret_number(number)):
                key = bench.exercise.key
                untouched = student_version[bench.exercise.name + SOLUTION_SUFFIX].source
                trials.setdefault(key, []).append(_trials(bench, untouched))
                if number == 1 and not quick:
                    self._say(f"{key}: trying mutants of the solution")
                    mutations[key] = try_mutants(bench)
        found = tuple(
            Findings(e.key, e.max_points, _joined(trials[e.key]), mutations.get(e.key))
            for e in self._assignment.exercises
        )
        faults = (
            *unfinished(self._assignment),
            *faults_of(self._assignment, self._course.notebook(self._name)),
            *self._failures({name: cell.source for name, cell in student_version.items()}),
        )
        return Verified(self._name, secrets, digest_of(self._assignment), found, faults)

    def _failures(self, untouched: Mapping[str, str]) -> tuple[str, ...]:
        self._say(f"{self._name}: running the notebook from top to bottom")
        return failures_of(self._assignment, untouched, self._laboratory, self._course.limits)


def _trials(bench: Bench, untouched: str) -> dict[str, Trial]:
    """Every solution's verdict with this bench's secret."""
    name = bench.exercise.name
    tried = {
        "solution": (Kind.SOLUTION, Variant("reference", bench.exercise.solution)),
        "untouched": (Kind.STUDENT_VERSION, Variant("untouched", untouched)),
    }
    for source in IDLE:
        made = Variant(source, f"import torch\n{name} = {source}\n")
        tried[f"idle {source}"] = Kind.IDLE, made
    for variant in bench.suite.accepted:
        tried[f"accepted {variant.id}"] = Kind.ACCEPTED, variant
    verdicts = bench.grade([replace(v, id=label) for label, (_, v) in tried.items()])
    made_trials = {
        label: Trial(variant.id, kind, (verdicts[label],))
        for label, (kind, variant) in tried.items()
    }
    wrong = {
        f"misconception {name}": Trial(name, Kind.MISCONCEPTION, (verdict,))
        for name, verdict in bench.misconceptions().items()
    }
    return made_trials | wrong


def _joined(trials: Sequence[Mapping[str, Trial]]) -> tuple[Trial, ...]:
    """The trials of several secrets as one each."""
    return tuple(
        replace(first, verdicts=tuple(one[label].verdicts[0] for one in trials))
        for label, first in trials[0].items()
    )


def digest_of(assignment: Assignment) -> str:
    """Changes whenever what verify says could: notebook, suites, lists of right mutants."""
    total = hashlib.sha256(assignment.suite_digest.encode())
    for suite in assignment.suites:
        path = suite_folder(suite.key) / NAME
        total.update(path.read_bytes() if path.is_file() else b"")
    return f"sha256:{total.hexdigest()}"
