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
from autograder.course.settings import Course
from autograder.course.workspace import (
    TIMESTAMP_NAME,
    SubmissionFolder,
    SubmittedFile,
    find_submissions,
    locked_workspace,
)
from autograder.errors import NoSandboxError
from autograder.grading.executors import OpenedExecutor, grade_all, process_pool, start_fork_server
from autograder.grading.journal import Journal, basis_of
from autograder.grading.past_release import grade_earlier
from autograder.grading.preparation import (
    LoadedAssignment,
    SharedZygote,
    load_for_grading,
    open_sandbox,
    references_of,
)
from autograder.grading.worker import Graded, WorkerSetup, needs_review
from autograder.model.verdict import GradingResults, SubmissionResult
from autograder.notebook.source import SourceNotebook
from autograder.terminal.escaping import plain_text
from autograder.terminal.progress import Progress

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from autograder.gradebook.book import Gradebook, Record
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
    open_executor: Callable[[int], OpenedExecutor]
    jobs: int
    sent: object = None


OpenWorkers = Callable[[], AbstractContextManager[Workers]]


def grade_assignment(course: Course, options: GradeOptions, progress: Progress) -> GradingResults:
    """Grade and record what was handed in; the rows are the same for any number of workers.

    Raises:
        UsageError: Something that was asked for is not there, or cannot be written.
        AutograderError: Nothing can be graded: no confinement, no sandbox, a broken suite.
    """
    name = options.assignment
    # A misspelt assignment is reported as such, not as one without submissions.
    course.notebook(name)
    with locked_workspace(course):
        chosen = find_submissions(course, name, options.students)
        for sentence in exposed(course):
            progress.say(sentence)
        loaded = load_for_grading(course, name)
        digest, level = loaded.assignment.suite_digest, course.confinement
        releases = open_releases(course, loaded.source, earlier=not options.as_it_is_now)
        basis = basis_of(
            suite_digest=digest,
            secret=loaded.secret,
            limits=course.limits,
            confinement=level,
            releases=releases.digest,
        )
        run = GradingRun(course, loaded.source, basis=basis, progress=progress, releases=releases)
        workers = partial(_open_workers, course, options, loaded, progress.say)
        rows = run.grade(chosen, workers, force=options.force)
        # Listed again: what has arrived meanwhile must not be passed over in silence.
        whole_class = find_submissions(course, name)
        everyone = run.latest(whole_class, rows)
        left_out = len(whole_class) - len(everyone)
        if left_out:
            progress.say(
                f"{_submissions(left_out)} not graded yet, or graded before something changed: "
                f"run `autograder grade {name}`"
            )
        whole = GradingResults(name, digest, everyone, confinement=level)
        write_atomically(course.results / f"{name}.json", whole.to_json())
    return GradingResults(name, digest, rows, confinement=level)


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
        """Begin a run, which opens nothing yet.

        Args:
            course: Where the submissions are and the results go.
            source: The assignment's student version.
            basis: A digest of everything but the submissions that a result depends on.
            progress: Shows how far the run is.
            releases: Finds the release that a submission was made from; None: all are present.
        """
        self.course = course
        self.source = source
        self.progress = progress
        self._basis = basis
        self._releases = releases

    @property
    def _journal_path(self) -> Path:
        return self.course.results / f"{self.source.assignment}.journal.jsonl"

    def grade(
        self,
        submissions: Sequence[SubmissionFolder],
        open_workers: OpenWorkers,
        *,
        force: bool = False,
    ) -> tuple[SubmissionResult, ...]:
        """One row a submission, sorted by student.

        Args:
            submissions: Their folders.
            open_workers: Called only when something has to be graded.
            force: Grade again what has been graded already.
        """
        with Journal(self._journal_path, self._basis) as journal, ExitStack() as stack:
            known = {} if force else self._unchanged(submissions, journal)
            workers = None
            if len(known) < len(submissions):
                workers = stack.enter_context(open_workers())
            # Only now: nbgrader takes two seconds to import, while the workers start.
            from autograder.gradebook.book import Gradebook, scores_of

            book = stack.enter_context(Gradebook(self.course, self.source))
            # Another program may have graded since, such as nbgrader's own autograde.
            recorded = book.recorded()
            known = {name: r for name, r in known.items() if recorded.get(name) == scores_of(r)}
            left = [folder for folder in submissions if folder.student not in known]
            if known:
                book.penalise(known)
                self.progress.say(f"{_submissions(len(known))} graded before and kept")
            rows = list(known.values())
            if left:
                workers = workers or stack.enter_context(open_workers())
                with closing(self._verdicts(left, workers)) as verdicts:
                    for submitted, verdict in verdicts:
                        graded = self._without_fault(submitted, verdict, workers.worker_setup)
                        self._keep(submitted, graded, book, journal)
                        rows.append(graded.result)
                        self.progress.advance()
        return tuple(sorted(rows, key=lambda row: row.student))

    def latest(
        self, submissions: Iterable[SubmissionFolder], rows: Iterable[SubmissionResult]
    ) -> tuple[SubmissionResult, ...]:
        """This run's rows, and the last ones of students whom it left out."""
        known = Journal(self._journal_path, self._basis).latest()
        known.update({row.student: row for row in rows})
        return tuple(known[one.student] for one in submissions if one.student in known)

    def _unchanged(
        self, submissions: Iterable[SubmissionFolder], journal: Journal
    ) -> dict[str, SubmissionResult]:
        """Rows of submissions that have not changed since their notebook was written."""
        found = {}
        for folder in submissions:
            if self._notebook_path(folder.student).is_file():
                row = journal.find(folder.student, folder.read(self.source.assignment).digest)
                if row is not None:
                    found[folder.student] = row
        return found

    def _verdicts(
        self, submissions: Sequence[SubmissionFolder], workers: Workers
    ) -> Generator[tuple[SubmittedFile, Graded | Exception]]:
        """Those on submissions of the present release first, then of earlier ones."""
        earlier: dict[KeptRelease, list[SubmissionFolder]] = {}

        def of_the_present_release() -> Iterator[SubmittedFile]:
            # The first one is asked for when the workers are ready: only then does time count.
            self.progress.begin(len(submissions))
            for folder in submissions:
                submitted = folder.read(self.source.assignment)
                release = self._releases.of(submitted) if self._releases else None
                if release is None:
                    yield submitted
                else:
                    # Its folder only: a whole class's notebooks would not fit into memory.
                    earlier.setdefault(release, []).append(folder)

        yield from grade_all(
            of_the_present_release(),
            workers.open_executor,
            jobs=workers.jobs,
            worker_setup=workers.sent,
        )
        for release in sorted(earlier, key=lambda one: one.number):
            batch = [folder.read(self.source.assignment) for folder in earlier[release]]
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
        """The verdict, or a row for a person to look at; the operator sees why."""
        if isinstance(verdict, Exception):
            fault = f"{type(verdict).__name__}: {verdict}"
            verdict = needs_review(worker_setup, submitted.student, fault=fault)
        if verdict.fault:
            reason = verdict.fault.strip().rpartition("\n")[2]
            shown = "".join(letter if letter.isprintable() else "?" for letter in reason)
            graded = verdict.result.status == "graded"
            ended = "was graded, but its advice failed" if graded else "needs review"
            self.progress.say(f"{submitted.student} {ended}: {shown}")
            # The operator's line is the last one of the traceback; the whole is kept here.
            self.course.results.mkdir(parents=True, exist_ok=True)
            path = self.course.results / f"{self.source.assignment}.faults.log"
            with path.open("a", encoding="utf-8") as log:
                entry = f"{submitted.student} {ended}:\n{verdict.fault.strip()}"
                log.write(plain_text(entry) + "\n")
        return verdict

    def _keep(
        self, submitted: SubmittedFile, graded: Graded, book: "Gradebook", journal: Journal
    ) -> None:
        """In this order: what the journal names is on disk and in the gradebook."""
        from autograder.gradebook.book import parsed_timestamp

        notebook = self._notebook_path(submitted.student)
        write_atomically(notebook, graded.notebook)
        timestamp = notebook.with_name(TIMESTAMP_NAME)
        if parsed_timestamp(submitted.timestamp):
            write_atomically(timestamp, submitted.timestamp)
        else:
            # One of an earlier grading would date this submission.
            timestamp.unlink(missing_ok=True)
            if submitted.timestamp:
                self.progress.say(
                    f"{submitted.student}: {TIMESTAMP_NAME} is no date and was ignored; "
                    "formgrader's list of submissions stays empty until you have removed that file"
                )
        book.record(record_of(submitted, graded))
        journal.append(submitted.digest, graded.result)

    def _notebook_path(self, student: str) -> Path:
        name = self.source.assignment
        return self.course.autograded / student / name / f"{name}.ipynb"


def record_of(submitted: SubmittedFile, graded: Graded) -> "Record":
    """The submission's entry in the gradebook."""
    from autograder.gradebook.book import Record, scores_of

    scores = scores_of(graded.result)
    return Record(submitted.student, scores, graded.unanswered, submitted.timestamp)


def _submissions(count: int) -> str:
    return f"{count} submission{'s' if count != 1 else ''}"


@contextmanager
def _open_workers(
    course: Course, options: GradeOptions, loaded: LoadedAssignment, say: Callable[[str], None]
) -> Iterator[Workers]:
    with ExitStack() as stack:
        cluster = None
        if options.scheduler:
            from autograder.grading.cluster import connect

            # A scheduler that does not answer is reported before anything slow begins.
            cluster = stack.enter_context(connect(options.scheduler))
        else:
            start_fork_server()
        sandbox = stack.enter_context(open_sandbox(course, loaded.assignment, say))
        # The zygote warms up in a process of its own: nbgrader is imported meanwhile.
        threading.Thread(target=_import_gradebook, daemon=True).start()
        references = references_of(course, loaded, sandbox=sandbox, say=say)
        setup = partial(WorkerSetup, loaded.source, loaded.assignment.exercises, course.limits)
        if cluster is not None:
            sandbox.await_ready()
            worker_setup = setup(
                cluster.equipment(loaded.assignment, references, course.confinement)
            )
            yield Workers(
                worker_setup, cluster.executor, cluster.workers(), cluster.send(worker_setup)
            )
        else:
            worker_setup = setup(SharedZygote(loaded.assignment, references, sandbox.address))
            pool = partial(_open_pool, worker_setup, sandbox)
            yield Workers(worker_setup, pool, options.jobs or course.jobs)


def _import_gradebook() -> None:
    # An error comes again, and is reported, when the gradebook is opened.
    with suppress(Exception):
        importlib.import_module("autograder.gradebook.book")


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
            # A worker only sees that no zygote answers; this process knows why.
            sandbox.await_ready()
            raise
