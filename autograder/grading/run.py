"""A grading run: everything that was handed in for an assignment, graded and recorded.

In the operator's process, which alone writes the gradebook, the journal and the notebooks.
"""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course.files import sync, write_atomically
from autograder.course.permissions import exposed
from autograder.course.releases import KeptRelease, Releases, open_releases
from autograder.course.settings import Course
from autograder.course.workspace import (
    TIMESTAMP_NAME,
    SubmissionFolder,
    SubmittedFile,
    find_submissions,
    locked_workspace,
)
from autograder.grading.executors import Workers, grade_all
from autograder.grading.journal import Journal, basis_of
from autograder.grading.past_release import grade_earlier
from autograder.grading.preparation import load_for_grading, open_workers
from autograder.grading.worker import Graded, WorkerSetup, needs_review
from autograder.model.verdict import GradingResults, SubmissionResult
from autograder.notebook.source import SourceNotebook
from autograder.terminal.escaping import plain_text
from autograder.terminal.progress import Progress

if TYPE_CHECKING:
    from autograder.gradebook.book import Gradebook

# What is graded within this time is recorded together: most of recording is waiting for the disk.
_KEEP_SECONDS = 0.25


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
        workers = partial(
            open_workers,
            course,
            loaded,
            progress.say,
            jobs=options.jobs,
            scheduler=options.scheduler,
        )
        with Journal(course.results / f"{name}.journal.jsonl", basis) as journal:
            run = GradingRun(course, loaded.source, releases, journal, progress)
            rows = run.grade(chosen, workers, force=options.force)
            latest = journal.latest()
        # Listed again: what has arrived meanwhile must not be passed over in silence.
        whole_class = [one.student for one in find_submissions(course, name)]
        everyone = tuple(latest[student] for student in whole_class if student in latest)
        left_out = len(whole_class) - len(everyone)
        if left_out:
            progress.say(
                f"{_submissions(left_out)} not graded yet, or graded before something changed: "
                f"run `autograder grade {name}`"
            )
        whole = GradingResults(name, digest, everyone, confinement=level)
        write_atomically(course.results / f"{name}.json", whole.to_json())
    return GradingResults(name, digest, rows, confinement=level)


@dataclass(frozen=True, slots=True)
class GradingRun:
    """Grades submissions of one assignment and records them as they are done.

    Attributes:
        course: Where the submissions are and the results go.
        source: The assignment's student version.
        releases: Finds the release that a submission was made from.
        journal: Remembers each result.
        progress: Shows how far the run is.
    """

    course: Course
    source: SourceNotebook
    releases: Releases
    journal: Journal
    progress: Progress

    def grade(
        self,
        submissions: Sequence[SubmissionFolder],
        open_workers: Callable[[], AbstractContextManager[Workers]],
        *,
        force: bool = False,
    ) -> tuple[SubmissionResult, ...]:
        """One row a submission, sorted by student.

        Args:
            submissions: Their folders.
            open_workers: Called only when something has to be graded.
            force: Grade again what has been graded already.
        """
        known = {}
        for folder in () if force else submissions:
            # A result whose notebook has gone is made again, with the notebook.
            if self._notebook(folder.student).is_file():
                submitted = folder.read(self.source.assignment)
                row = self.journal.find(folder.student, submitted.digest)
                if row is not None:
                    known[folder.student] = row
        with ExitStack() as stack:
            workers = None
            if len(known) < len(submissions):
                workers = stack.enter_context(open_workers())
            # Only now: nbgrader takes two seconds to import, while the workers start.
            from autograder.gradebook.book import Gradebook, scores_of

            book = stack.enter_context(Gradebook(self.course, self.source))
            # Another program may have graded since, such as nbgrader's own autograde.
            recorded = book.recorded()
            known = {name: r for name, r in known.items() if recorded.get(name) == scores_of(r)}
            if known:
                book.penalise(known)
                self.progress.say(f"{_submissions(len(known))} graded before and kept")
            rows = list(known.values())
            left = [folder for folder in submissions if folder.student not in known]
            pending: list[tuple[SubmittedFile, Graded]] = []
            # Also when the run is broken off: what has been graded is kept.
            stack.callback(self._keep, pending, book)
            if left:
                workers = workers or stack.enter_context(open_workers())
                kept_at = time.monotonic()
                # Closed at once where recording fails: the workers must not grade on until the
                # generator is collected.
                with closing(self._verdicts(left, workers)) as verdicts:
                    for submitted, verdict in verdicts:
                        graded = self._graded(submitted, verdict, workers.worker_setup)
                        pending.append((submitted, graded))
                        rows.append(graded.result)
                        self.progress.advance()
                        if time.monotonic() - kept_at > _KEEP_SECONDS:
                            self._keep(pending, book)
                            kept_at = time.monotonic()
        return tuple(sorted(rows, key=lambda row: row.student))

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
                release = self.releases.of(submitted)
                if release is None:
                    yield submitted
                else:
                    # Its folder only: a whole class's notebooks would not fit into memory.
                    earlier.setdefault(release, []).append(folder)

        yield from grade_all(of_the_present_release(), workers)
        for release in sorted(earlier, key=lambda one: one.number):
            batch = [folder.read(self.source.assignment) for folder in earlier[release]]
            self.progress.say(
                f"{_submissions(len(batch))} of release {release.number}, which asked something "
                "else: graded against that release"
            )
            # On this machine, however large the cluster that graded the others.
            jobs = min(workers.jobs, self.course.jobs)
            yield from grade_earlier(self.course, workers.worker_setup, release, batch, jobs=jobs)

    def _graded(
        self, submitted: SubmittedFile, verdict: Graded | Exception, worker_setup: WorkerSetup
    ) -> Graded:
        """The verdict, or a row for a person to look at; the operator sees why."""
        if isinstance(verdict, Exception):
            fault = f"{type(verdict).__name__}: {verdict}"
            verdict = needs_review(worker_setup, submitted.student, fault=fault)
        if verdict.fault:
            self._report_fault(verdict)
        return verdict

    def _report_fault(self, graded: Graded) -> None:
        """The last line of the traceback to the operator, the whole of it to a file."""
        student, lines = graded.result.student, graded.fault.strip()
        needs = graded.result.status == "needs_review"
        ended = "needs review" if needs else "was graded, but its advice failed"
        shown = "".join(
            letter if letter.isprintable() else "?" for letter in lines.rpartition("\n")[2]
        )
        self.progress.say(f"{student} {ended}: {shown}")
        self.course.results.mkdir(parents=True, exist_ok=True)
        path = self.course.results / f"{self.source.assignment}.faults.log"
        with path.open("a", encoding="utf-8") as log:
            log.write(plain_text(f"{student} {ended}:\n{lines}") + "\n")

    def _keep(self, pending: list[tuple[SubmittedFile, Graded]], book: "Gradebook") -> None:
        """Write the notebooks, then the gradebook, then the journal; nothing is pending then.

        A run that ends in between grades these submissions again: what the journal names is on
        disk and in the gradebook.
        """
        from autograder.gradebook.book import Record, parsed_timestamp, scores_of

        graded_now, pending[:] = pending[:], []
        if not graded_now:
            return
        for submitted, graded in graded_now:
            notebook = self._notebook(submitted.student)
            write_atomically(notebook, graded.notebook, on_disk=False)
            timestamp = notebook.with_name(TIMESTAMP_NAME)
            if parsed_timestamp(submitted.timestamp):
                write_atomically(timestamp, submitted.timestamp, on_disk=False)
            else:
                # One of an earlier grading would date this submission.
                timestamp.unlink(missing_ok=True)
                if submitted.timestamp:
                    self.progress.say(
                        f"{submitted.student}: {TIMESTAMP_NAME} is no date and was ignored; "
                        "formgrader's list of submissions stays empty until you have removed that "
                        "file"
                    )
        sync(self.course.autograded)
        book.record(
            *(
                Record(one.student, scores_of(graded.result), graded.unanswered, one.timestamp)
                for one, graded in graded_now
            )
        )
        self.journal.append(*((one.digest, graded.result) for one, graded in graded_now))

    def _notebook(self, student: str) -> Path:
        name = self.source.assignment
        return self.course.autograded / student / name / f"{name}.ipynb"


def _submissions(count: int) -> str:
    return f"{count} submission{'s' if count != 1 else ''}"
