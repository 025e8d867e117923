"""The desk at which nbgrader's own ``autograde`` has submissions graded, one by one.

The desk is asked in the process of an nbgrader command or of a Jupyter server with formgrader. The
work is done in a process of its own, which owns a zygote: the server's event loop, modules and
memory stay as they are, and edited suites are read afresh. Nothing of a submission is trusted.
"""

import atexit
import multiprocessing
import signal
import threading
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

from traitlets.config import Config

from autograder.course.secret import secret_of
from autograder.course.settings import Course
from autograder.course.workspace import Handed
from autograder.errors import AutograderError, SandboxError
from autograder.grading.past_release import grade_one
from autograder.grading.preparation import (
    SharedZygote,
    load_source,
    make_cache,
    open_sandbox,
    references_of,
)
from autograder.grading.worker import (
    Equipment,
    Graded,
    Station,
    grade_submission,
    needs_review,
    prepare,
    settle,
)
from autograder.notebook.source import SourceNotebook

# A zygote takes some seconds to start, and formgrader's button is pressed for one student after
# another.
KEPT_SECONDS = 30.0


class Desk:
    """Grades submissions of one assignment, as ``autograder grade`` does.

    Attributes:
        station: What the work rests on, without the answers.
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
            self.station = self._pool.submit(_open, plain, source).result()
        except (OSError, BrokenExecutor) as error:
            self.close()
            reason = f"{type(error).__name__}: {error}"
            raise SandboxError(f"the process that grades could not be started: {reason}") from error
        except BaseException:
            self.close()
            raise

    def grade(self, handed: Handed) -> Graded:
        """The verdict on one submission; raises whatever a process that died makes it raise."""
        return settle(
            lambda one, doubt: self._pool.submit(grade_submission, None, one, doubt).result(),
            handed,
        )

    def close(self) -> None:
        """End the process, and its zygote with it."""
        self._pool.shutdown(cancel_futures=True)


def _open(course: Course, source: SourceNotebook) -> Station:
    """Make this process, which is the desk's own, ready to grade; it stays so to its end."""
    from autograder.judge.assignment import load_assignment

    assignment = load_assignment(source.assignment, course.notebook(source.assignment))
    secret = secret_of(course)
    with ExitStack() as stack:
        sandbox = stack.enter_context(open_sandbox(course, assignment, _say_nothing))
        references = references_of(
            course, assignment, sandbox=sandbox, secret=secret, say=_say_nothing
        )
        sandbox.await_ready()
        equip = SharedZygote(assignment, references, sandbox.address)
        station = Station(source, assignment.exercises, course.limits, equip)
        prepare(station)
        atexit.register(stack.pop_all().close)
    # The other side only writes rows for a person to look at: it needs no answers for that.
    return replace(station, equip=_unequipped)


def _unequipped() -> Equipment:
    raise SandboxError("submissions are graded in the desk's own process")


def _say_nothing(_: str) -> None:
    """Progress is told by the command that waits for the desk."""


class OpenDesk:
    """The one desk of a process, kept open for a while after its last submission."""

    def __init__(self) -> None:
        self._turn = threading.RLock()
        self._desk: Desk | None = None
        self._facts: object = None
        self._timer: threading.Timer | None = None
        atexit.register(self.close)

    def open(self, course: Course, assignment: str) -> Desk:
        """The desk for an assignment: the one that is open, or a new one if anything changed.

        Raises:
            AutograderError: Nothing can be graded, and nothing has run.
        """
        from autograder.judge.assignment import load_assignment

        with self._turn:
            make_cache(course)
            digest = load_assignment(assignment, course.notebook(assignment)).suite_digest
            source = load_source(course, assignment)
            facts = (course, source, digest, secret_of(course))
            if self._desk is None or facts != self._facts:
                self.close()
                self._desk, self._facts = Desk(course, source), facts
            self._close_later()
            return self._desk

    def grade(self, course: Course, assignment: str, handed: Handed) -> Graded:
        """The verdict on one submission; what fails on our side is for a person to look at.

        Raises:
            AutograderError: Nothing can be graded, and nothing has run.
        """
        with self._turn:
            desk = self.open(course, assignment)
            try:
                return grade_one(course, desk.station, handed, desk.grade)
            except AutograderError:
                raise
            # One submission must not cost the others, who get a new desk.
            except Exception as error:  # noqa: BLE001
                self.close()
                fault = f"{type(error).__name__}: {error}"
                return needs_review(desk.station, handed.student, fault=fault)
            finally:
                self._close_later()

    def close(self) -> None:
        """End the desk's process, if there is one."""
        with self._turn:
            if self._timer is not None:
                self._timer.cancel()
            if self._desk is not None:
                self._desk.close()
            self._desk = self._timer = None

    def _close_later(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = timer = threading.Timer(KEPT_SECONDS, lambda: self._close_idle(timer))
        timer.daemon = True
        timer.start()

    def _close_idle(self, timer: threading.Timer) -> None:
        with self._turn:
            # A submission that came meanwhile has set another one.
            if self._timer is timer:
                self.close()


# Of the process, as the zygote behind it is: formgrader makes a converter for each student.
DESK = OpenDesk()
