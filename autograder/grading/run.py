"""A grading run: everything that was handed in for an assignment, graded and recorded.

In the operator's process, which alone writes the gradebook, the journal and the notebooks.
"""

import importlib
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course.files import write_atomically
from autograder.course.history import KeptRelease
from autograder.course.permissions import exposed
from autograder.course.releases import Releases, open_releases
from autograder.course.secret import secret_of
from autograder.course.settings import Course
from autograder.course.workspace import (
    TIMESTAMP_NAME,
    SubmissionFolder,
    SubmittedFile,
    find_submissions,
    locked_workspace,
)
from autograder.errors import NoSandboxError
from autograder.grading.executors import Opened, grade_all, process_pool, start_server
from autograder.grading.journal import Journal, basis_of
from autograder.grading.past_release import grade_earlier
from autograder.grading.preparation import (
    SharedZygote,
    load_source,
    make_cache,
    open_sandbox,
    references_of,
)
from autograder.grading.worker import Graded, WorkerSetup, needs_review
from autograder.model.verdict import GradingResults, Outcome, SubmissionResult
from autograder.notebook.source import SourceNotebook
from autograder.terminal.escaping import plain_text
from autograder.terminal.progress import Progress

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from autograder.gradebook.book import Gradebook, Record
    from autograder.grading.cluster import Cluster
    from autograder.judge.assignment import Assignment
    from autograder.sandbox.sandbox import KernelSandbox


@dataclass(frozen=True, slots=True)
class GradeOptions:
    """What an operator asked for.

    Attributes:
        assignment: Its name.
        students: Only these; all when empty.
        jobs: Submissions graded at the same time; 0 for the course's setting.
        scheduler: Address of a Dask scheduler; empty to grade on this machine.
        force: Grade again what has been graded already.
        as_it_is_now: Grade submissions of earlier releases against the present assignment, too.
    """

    assignment: str
    students: tuple[str, ...] = ()
    jobs: int = 0
    scheduler: str = ""
    force: bool = False
    as_it_is_now: bool = False


@dataclass(frozen=True, slots=True)
class Workers:
    """How submissions are sent to workers.

    Attributes:
        worker_setup: What each worker holds.
        open_executor: Opens an executor of so many workers.
        jobs: How many there are.
        sent: What goes along with each submission, where that is how workers get their setup.
    """

    worker_setup: WorkerSetup
    open_executor: Callable[[int], Opened]
    jobs: int
    sent: object = None


OpenWorkers = Callable[[], AbstractContextManager[Workers]]


def grade_assignment(course: Course, order: GradeOptions, progress: Progress) -> GradingResults:
    """Grade and record what was handed in; the rows are the same however it is done.

    Raises:
        UsageError: Something that was asked for is not there, or cannot be written.
        AutograderError: Nothing can be graded: no confinement, no sandbox, a broken suite.
    """
    from autograder.judge.assignment import load_assignment

    notebook = course.notebook(order.assignment)
    places = find_submissions(course, order.assignment, order.students)
    with locked_workspace(course):
        make_cache(course)
        for sentence in exposed(course):
            progress.say(sentence)
        assignment = load_assignment(order.assignment, notebook)
        source = load_source(course, order.assignment)
        secret = secret_of(course)
        digest = assignment.suite_digest
        level = course.confinement
        releases = open_releases(course, source, earlier=not order.as_it_is_now)
        basis = basis_of(
            suite_digest=digest,
            secret=secret,
            limits=course.limits,
            confinement=level,
            releases=releases.digest,
        )
        run = GradingRun(course, source, basis=basis, progress=progress, releases=releases)
        workers = partial(_open_workers, run, order, assignment, secret)
        rows = run.grade(places, workers, force=order.force)
        whole_class = find_submissions(course, order.assignment)
        everyone = run.latest(whole_class, rows)
        left_out = len(whole_class) - len(everyone)
        if left_out:
            progress.say(
                f"{_submissions(left_out)} not graded yet, or graded before something changed: "
                f"run `autograder grade {order.assignment}`"
            )
        whole = GradingResults(order.assignment, digest, everyone, confinement=level)
        write_atomically(course.results / f"{order.assignment}.json", whole.to_json())
    return GradingResults(order.assignment, digest, rows, confinement=level)


class GradingRun:
    """Grades submissions of one assignment and records them as they are done."""

    def __init__(
        self,
        course: Course,
        source: SourceNotebook,
        *,
        basis: str,
        progress: Progress,
        releases: Releases | None = None,
    ) -> None:
        """Take note of what the run rests on.

        Args:
            course: Where things lie.
            source: The assignment's student version.
            basis: A digest of everything but the submissions that a result rests on.
            progress: Is told what happens.
            releases: Tells which submissions are of an earlier release; none where left out.
        """
        self.course = course
        self.source = source
        self.progress = progress
        self._basis = basis
        self._releases = releases or Releases.only(source)

    @property
    def _journal_path(self) -> Path:
        return self.course.results / f"{self.source.assignment}.journal.jsonl"

    @property
    def _faults_path(self) -> Path:
        """Where the whole of what failed on our side is kept, of which the operator sees a line."""
        return self.course.results / f"{self.source.assignment}.faults.log"

    def grade(
        self, places: Sequence[SubmissionFolder], open_workers: OpenWorkers, *, force: bool = False
    ) -> tuple[SubmissionResult, ...]:
        """One row a submission, sorted by student.

        Args:
            places: Where the submissions lie.
            open_workers: Called only when something has to be graded.
            force: Grade again what has been graded already.
        """
        with Journal(self._journal_path, self._basis) as journal, ExitStack() as stack:
            known = {} if force else self._known(places, journal)
            workers = None
            if len(known) < len(places):
                workers = stack.enter_context(open_workers())
            book = stack.enter_context(self._open_gradebook())
            # Another program may have graded since, such as nbgrader's own autograde.
            recorded = book.recorded()
            known = {name: r for name, r in known.items() if recorded.get(name) == _scores(r)}
            left = [place for place in places if place.student not in known]
            if known:
                book.penalise(known)
                self.progress.say(f"{_submissions(len(known))} graded before and kept")
            rows = list(known.values())
            if left:
                workers = workers or stack.enter_context(open_workers())
                rows += self._grade_now(left, workers, book, journal)
        return tuple(sorted(rows, key=lambda row: row.student))

    def latest(
        self, places: Iterable[SubmissionFolder], rows: Iterable[SubmissionResult]
    ) -> tuple[SubmissionResult, ...]:
        """This run's rows, and the last ones of students whom it left out."""
        known = Journal(self._journal_path, self._basis).latest()
        known.update({row.student: row for row in rows})
        return tuple(known[p.student] for p in places if p.student in known)

    def _open_gradebook(self) -> "Gradebook":
        from autograder.gradebook.book import Gradebook

        return Gradebook(self.course, self.source)

    def _known(
        self, places: Iterable[SubmissionFolder], journal: Journal
    ) -> dict[str, SubmissionResult]:
        """Rows of submissions that have not changed since their notebook was written."""
        found = {}
        for place in places:
            if self._notebook_path(place.student).is_file():
                row = journal.find(place.student, place.read(self.source.assignment).digest)
                if row is not None:
                    found[place.student] = row
        return found

    def _grade_now(
        self, places: list[SubmissionFolder], workers: Workers, book: "Gradebook", journal: Journal
    ) -> list[SubmissionResult]:
        rows = []
        with closing(self._verdicts(places, workers)) as verdicts:
            for submission, verdict in verdicts:
                graded = self._without_fault(submission, verdict, workers.worker_setup)
                self._keep(submission, graded, book, journal)
                rows.append(graded.result)
                self.progress.advance()
        return rows

    def _verdicts(
        self, places: Sequence[SubmissionFolder], workers: Workers
    ) -> Generator[tuple[SubmittedFile, Graded | Exception]]:
        """Those on submissions of the present release first, then of earlier ones."""
        set_aside: dict[KeptRelease, list[SubmissionFolder]] = {}

        def present() -> Iterator[SubmittedFile]:
            # The first one is asked for when the workers are ready: only then does time count.
            self.progress.begin(len(places))
            for place in places:
                submitted = place.read(self.source.assignment)
                release = self._releases.of(submitted)
                if release is None:
                    yield submitted
                else:
                    set_aside.setdefault(release, []).append(place)

        yield from grade_all(
            present(), workers.open_executor, jobs=workers.jobs, worker_setup=workers.sent
        )
        for release in sorted(set_aside, key=lambda one: one.number):
            batch = [place.read(self.source.assignment) for place in set_aside[release]]
            self.progress.say(
                f"{_submissions(len(batch))} of release {release.number}, which asked something "
                "else: graded against that release"
            )
            # On this machine, however large the cluster that graded the others.
            jobs = min(workers.jobs, self.course.jobs)
            yield from grade_earlier(self.course, workers.worker_setup, release, batch, jobs=jobs)

    def _without_fault(
        self, submitted: SubmittedFile, verdict: Graded | Exception, worker_setup: WorkerSetup
    ) -> Graded:
        """The verdict, or a row for a person to look at; the operator is told why."""
        if isinstance(verdict, Exception):
            fault = f"{type(verdict).__name__}: {verdict}"
            verdict = needs_review(worker_setup, submitted.student, fault=fault)
        if verdict.fault:
            reason = verdict.fault.strip().rpartition("\n")[2]
            shown = "".join(letter if letter.isprintable() else "?" for letter in reason)
            graded = verdict.result.status == "graded"
            ended = "was graded, but its advice failed" if graded else "needs review"
            self.progress.say(f"{submitted.student} {ended}: {shown}")
            self.course.results.mkdir(parents=True, exist_ok=True)
            with self._faults_path.open("a", encoding="utf-8") as log:
                entry = f"{submitted.student} {ended}:\n{verdict.fault.strip()}"
                log.write(plain_text(entry) + "\n")
        return verdict

    def _keep(
        self, submitted: SubmittedFile, graded: Graded, book: "Gradebook", journal: Journal
    ) -> None:
        """In this order: what the journal names is on disk and in the gradebook."""
        from autograder.gradebook.book import parsed_timestamp

        write_atomically(self._notebook_path(submitted.student), graded.notebook)
        if submitted.timestamp and not parsed_timestamp(submitted.timestamp):
            self.progress.say(
                f"{submitted.student}: {TIMESTAMP_NAME} is no date and was ignored; formgrader's "
                "list of submissions stays empty until you have removed that file"
            )
        moment = self._notebook_path(submitted.student).with_name(TIMESTAMP_NAME)
        if parsed_timestamp(submitted.timestamp):
            write_atomically(moment, submitted.timestamp)
        else:
            moment.unlink(missing_ok=True)
        book.record(record_of(submitted, graded))
        journal.append(submitted.digest, graded.result)

    def _notebook_path(self, student: str) -> Path:
        name = self.source.assignment
        return self.course.autograded / student / name / f"{name}.ipynb"


def _import_gradebook() -> None:
    """So that it is there when it is needed; what goes wrong is told then."""
    with suppress(Exception):
        importlib.import_module("autograder.gradebook.book")


def record_of(submitted: SubmittedFile, graded: Graded) -> "Record":
    """What the gradebook is to learn of a submission."""
    from autograder.gradebook.book import Record

    return Record(submitted.student, _scores(graded.result), graded.unanswered, submitted.timestamp)


def _scores(result: SubmissionResult) -> dict[str, float | None]:
    """What the gradebook is to say of each automatic exercise; None where a person must look."""
    return {
        exercise.name: None if exercise.outcome is Outcome.INTERNAL_ERROR else exercise.points
        for exercise in result.exercises
    }


def _submissions(count: int) -> str:
    return f"{count} submission{'s' if count != 1 else ''}"


@contextmanager
def _open_workers(
    run: GradingRun, order: GradeOptions, assignment: "Assignment", secret: bytes
) -> Iterator[Workers]:
    say = run.progress.say
    with ExitStack() as stack:
        # A scheduler that does not answer is told of before anything slow begins.
        cluster = stack.enter_context(_connect(order.scheduler)) if order.scheduler else None
        if cluster is None:
            start_server()
        sandbox = stack.enter_context(open_sandbox(run.course, assignment, say))
        # The zygote warms up in a process of its own: nbgrader is imported meanwhile.
        threading.Thread(target=_import_gradebook, daemon=True).start()
        references = references_of(run.course, assignment, sandbox=sandbox, secret=secret, say=say)
        facts = (run.source, assignment.exercises, run.course.limits)
        if cluster is not None:
            sandbox.await_ready()
            worker_setup = WorkerSetup(
                *facts, cluster.equipment(assignment, references, run.course.confinement)
            )
            yield Workers(
                worker_setup, cluster.executor, cluster.workers(), cluster.send(worker_setup)
            )
        else:
            worker_setup = WorkerSetup(
                *facts, SharedZygote(assignment, references, sandbox.address)
            )
            pool = partial(_open_pool, worker_setup, sandbox)
            yield Workers(worker_setup, pool, order.jobs or run.course.jobs)


@contextmanager
def _open_pool(
    worker_setup: WorkerSetup, sandbox: "KernelSandbox", jobs: int
) -> Iterator["Executor"]:
    """Worker processes, once there is a sandbox for them: they start while it warms up."""
    with process_pool(worker_setup, jobs) as pool:
        sandbox.await_ready()
        try:
            yield pool
        except NoSandboxError:
            # Workers know only that nobody answers; this process knows why.
            sandbox.await_ready()
            raise


def _connect(address: str) -> AbstractContextManager["Cluster"]:
    from autograder.grading.cluster import connect

    return connect(address)
