"""Grades submissions for nbgrader's own ``autograde``, one by one, in a process of their own.

It is called in the process of an nbgrader command or of a Jupyter server with formgrader. The
grading process owns a zygote: the server's event loop, modules and memory stay as they are, and
edited suites are read afresh. Nothing of a submission is trusted.
"""

import atexit
import multiprocessing
import signal
import threading
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

from traitlets.config import Config

from autograder.course.settings import Course
from autograder.course.workspace import SubmittedFile
from autograder.errors import AutograderError, SandboxError
from autograder.grading.past_release import grade_one
from autograder.grading.preparation import load_for_grading, open_worker_setup
from autograder.grading.worker import (
    Equipment,
    Graded,
    WorkerSetup,
    grade_alone,
    grade_submission,
    needs_review,
    prepare,
)
from autograder.notebook.source import SourceNotebook

# A zygote takes some seconds to start, and formgrader's button is pressed for one student after
# another.
KEPT_SECONDS = 30.0


class GradingProcess:
    """Grades submissions of one assignment, as ``autograder grade`` does.

    Attributes:
        worker_setup: What the work rests on, without the answers.
    """

    def __init__(self, course: Course, source: SourceNotebook) -> None:
        """Start the process, its zygote and its judge; some seconds.

        Raises:
            AutograderError: Nothing can be graded: no confinement, no sandbox, a broken suite.
        """
        self._pool = ProcessPoolExecutor(
            1,
            multiprocessing.get_context("spawn"),
            initializer=signal.signal,
            # An interrupt in the terminal reaches every process: the command's decides.
            initargs=(signal.SIGINT, signal.SIG_IGN),
        )
        # nbgrader's own settings may hold anything, and none of them is needed there.
        plain = replace(course, config=Config())
        try:
            self.worker_setup = self._pool.submit(_open, plain, source.assignment).result()
        except (OSError, BrokenExecutor) as error:
            self.close()
            reason = f"{type(error).__name__}: {error}"
            raise SandboxError(f"the process that grades could not be started: {reason}") from error
        except BaseException:
            self.close()
            raise

    def grade(self, submitted: SubmittedFile) -> Graded:
        """The verdict on one submission; raises BrokenExecutor, for one, when the process dies."""
        return grade_alone(
            lambda one, doubt: self._pool.submit(grade_submission, None, one, doubt).result(),
            submitted,
        )

    def close(self) -> None:
        """End the process, and its zygote with it."""
        self._pool.shutdown(cancel_futures=True)


def _open(course: Course, assignment: str) -> WorkerSetup:
    """Make this process, which is the grading process, a worker; it stays one to its end."""
    with ExitStack() as stack:
        opened = open_worker_setup(course, assignment, _say_nothing)
        worker_setup, _ = stack.enter_context(opened)
        prepare(worker_setup)
        atexit.register(stack.pop_all().close)
    # The other side only writes rows for a person to look at: it needs no answers for that.
    return replace(worker_setup, equip=_unequipped)


def _unequipped() -> Equipment:
    raise SandboxError("submissions are graded in the grading process")


def _say_nothing(_: str) -> None:
    """Show no progress: the command that waits shows its own."""


class GradingService:
    """The one grading process of a command or server, kept for a while after each submission."""

    def __init__(self) -> None:
        self._turn = threading.RLock()
        self._process: GradingProcess | None = None
        self._facts: object = None
        self._timer: threading.Timer | None = None
        atexit.register(self.close)

    def open(self, course: Course, assignment: str) -> GradingProcess:
        """The process for an assignment: the one there is, or a new one if anything changed.

        Raises:
            AutograderError: Nothing can be graded, and nothing has run.
        """
        with self._turn:
            loaded = load_for_grading(course, assignment)
            facts = (course, loaded.source, loaded.assignment.suite_digest, loaded.secret)
            if self._process is None or facts != self._facts:
                self.close()
                self._process, self._facts = GradingProcess(course, loaded.source), facts
            self._close_later()
            return self._process

    def grade(self, course: Course, assignment: str, submitted: SubmittedFile) -> Graded:
        """The verdict on one submission; what fails on our side is for a person to look at.

        Raises:
            AutograderError: Nothing can be graded, and nothing has run.
        """
        with self._turn:
            process = self.open(course, assignment)
            try:
                return grade_one(course, process.worker_setup, submitted, process.grade)
            except AutograderError:
                raise
            # One submission must not cost the others, which get a new process.
            except Exception as error:  # noqa: BLE001
                self.close()
                fault = f"{type(error).__name__}: {error}"
                return needs_review(process.worker_setup, submitted.student, fault=fault)
            finally:
                self._close_later()

    def close(self) -> None:
        """End the process, if there is one."""
        with self._turn:
            if self._timer is not None:
                self._timer.cancel()
            if self._process is not None:
                self._process.close()
            self._process = self._timer = None

    def _close_later(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = timer = threading.Timer(KEPT_SECONDS, lambda: self._close_idle(timer))
        timer.daemon = True
        timer.start()

    def _close_idle(self, timer: threading.Timer) -> None:
        with self._turn:
            # A submission that came meanwhile has set another timer.
            if self._timer is timer:
                self.close()


# Of the process, as the zygote behind it is: formgrader makes a converter for each student.
SERVICE = GradingService()
