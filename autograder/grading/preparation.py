"""What a run needs before the first submission: student version, sandbox, references, workers.

In the operator's process. What can be made again is kept in the workspace's cache.
"""

import atexit
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import __version__
from autograder.course.files import write_atomically
from autograder.course.permissions import make_cache
from autograder.course.secret import secret_of
from autograder.course.settings import Course
from autograder.errors import UsageError
from autograder.grading.cluster import cluster_workers, connect
from autograder.grading.executors import Workers, process_pool, start_fork_server
from autograder.grading.worker import Equipment, WorkerSetup
from autograder.model.cells import read_cells
from autograder.model.verdict import Confinement
from autograder.notebook.source import SourceNotebook

if TYPE_CHECKING:
    from autograder.judge.assignment import Assignment
    from autograder.judge.reference import References
    from autograder.sandbox.sandbox import KernelSandbox

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LoadedAssignment:
    """An assignment as this course grades it.

    Attributes:
        assignment: Its exercises and suites, and the instructor's solutions.
        source: Its student version.
        secret: The course's, from which the hidden inputs follow.
    """

    assignment: "Assignment"
    source: SourceNotebook
    secret: bytes


def load_for_grading(course: Course, name: str) -> LoadedAssignment:
    """Read what grading needs of an assignment, and make the cache for the rest.

    Raises:
        UsageError: Something of it is not there, or cannot be read or written.
        AutograderError: The suite or the source notebook is broken.
    """
    from autograder.judge.assignment import load_assignment

    make_cache(course)
    assignment = load_assignment(name, course.notebook(name))
    return LoadedAssignment(assignment, load_source(course, name), secret_of(course))


def load_source(course: Course, assignment: str) -> SourceNotebook:
    """The assignment's student version; nbgrader is imported only when it has changed.

    Raises:
        UsageError: There is no such assignment, or its notebook cannot be read.
        SourceError: nbgrader refuses the notebook.
    """
    path = course.notebook(assignment)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    made_by = (__version__, version("nbgrader"))
    facts = repr((made_by, content, sorted(course.config.items(), key=str)))
    digest = hashlib.sha256(facts.encode()).hexdigest()
    kept = course.cache / f"{assignment}.{digest[:32]}.json"
    try:
        source = SourceNotebook.from_json(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        from autograder.gradebook.student_version import make_student_version

        source = make_student_version(course, assignment)
        # Without a cache the next command makes it again.
        with suppress(UsageError):
            make_cache(course)
            write_atomically(kept, source.to_json())
    # By these a notebook of another assignment is recognised.
    cells_of_others = {}
    for name, other in course.notebooks().items():
        # A damaged one must not keep this one from being graded.
        with suppress(OSError, ValueError, AttributeError):
            names = frozenset(cell.grade_id for cell in read_cells(other.read_bytes()))
            cells_of_others[name] = names - {""}
    cells_of_others.pop(assignment, None)
    return source.beside(cells_of_others)


@contextmanager
def open_workers(
    course: Course, loaded: LoadedAssignment, say: Say, *, jobs: int = 0, scheduler: str = ""
) -> Iterator[Workers]:
    """Open a sandbox, observe the references, and say how to reach workers that have both.

    Args:
        course: Its settings hold for student code.
        loaded: The assignment.
        say: Gets a sentence before each slow part.
        jobs: Submissions graded at the same time on this machine; 0 for the course's setting.
        scheduler: Address of a Dask scheduler, whose workers are taken; empty for this machine.

    Raises:
        UsageError: No scheduler answers there.
        AutograderError: Nothing can be graded: no confinement, no sandbox, a broken suite.
    """
    client = None
    with ExitStack() as stack:
        if scheduler:
            # A scheduler that does not answer is reported before anything slow begins.
            client = stack.enter_context(connect(scheduler))
        else:
            start_fork_server()
        sandbox = stack.enter_context(open_sandbox(course, loaded.assignment, say))
        references = references_of(course, loaded, sandbox=sandbox, say=say)
        source, exercises = loaded.source, loaded.assignment.exercises
        if client is None:
            equip = SharedZygote(loaded.assignment, references, sandbox.address)
            worker_setup = WorkerSetup(source, exercises, course.limits, equip)
            pool = partial(process_pool, worker_setup, sandbox)
            yield Workers(worker_setup, pool, jobs or course.jobs)
        else:
            # None of its workers uses this sandbox, which would fail unnoticed.
            sandbox.await_ready()
            own = OwnZygote(loaded.assignment, references, course.confinement)
            yield cluster_workers(client, WorkerSetup(source, exercises, course.limits, own))


@contextmanager
def open_sandbox(course: Course, assignment: "Assignment", say: Say) -> "Iterator[KernelSandbox]":
    """A sandbox whose kernels hold the student kit, as it is released with the assignment.

    It warms up while other things are done. Its ``run`` waits for it; call ``await_ready`` before
    another process uses it.

    Raises:
        SuiteError: The instructor's own solution could not be observed.
        AutograderError: That needs a sandbox, and none can be had.
    """
    from autograder.sandbox.kit import build_kit
    from autograder.sandbox.leftovers import OwnFolder
    from autograder.sandbox.sandbox import KernelSandbox

    with ExitStack() as stack:
        recorded = make_recordings(
            course, assignment, say, sandbox=lambda: stack.enter_context(bare_sandbox(course))
        )
    say("starting the sandbox")
    # The sandbox copies the kit when it begins: the folder is not needed after that.
    with OwnFolder() as own:
        kit = build_kit(own.path / "kit", recorded=recorded)
        sandbox = KernelSandbox.begin(
            kit=kit,
            hidden=hidden_folders(course),
            limits=course.limits,
            level=course.confinement,
            say=say,
        )
    with sandbox:
        yield sandbox


@contextmanager
def open_worker_setup(
    course: Course, assignment: str, say: Say
) -> Iterator[tuple[WorkerSetup, str]]:
    """What a worker on this machine needs, and the digest of the suites; a sandbox is running.

    Raises:
        AutograderError: Nothing can be graded: no confinement, no sandbox, a broken suite.
    """
    loaded = load_for_grading(course, assignment)
    with open_sandbox(course, loaded.assignment, say) as sandbox:
        references = references_of(course, loaded, sandbox=sandbox, say=say)
        sandbox.await_ready()
        equip = SharedZygote(loaded.assignment, references, sandbox.address)
        setup = WorkerSetup(loaded.source, loaded.assignment.exercises, course.limits, equip)
        yield setup, loaded.assignment.suite_digest


def bare_sandbox(course: Course) -> "KernelSandbox":
    """A sandbox for our own code only: its kit knows nothing of right and wrong.

    It warms up while other things are done; its ``run`` waits.
    """
    from autograder.sandbox.sandbox import KernelSandbox

    return KernelSandbox.begin(
        hidden=hidden_folders(course), limits=course.limits, level=course.confinement
    )


def with_reduced_allowed(course: Course, say: Say) -> Course:
    """The same course, at the reduced level where this machine cannot confine fully.

    Raises:
        ConfinementError: Not even that is possible here.
    """
    from autograder.sandbox.confinement_level import choose_level

    level, reason = choose_level(hidden=hidden_folders(course), limits=course.limits)
    if reason:
        say(reason)
    return replace(course, confinement=level)


def make_recordings(
    course: Course,
    assignment: "Assignment",
    say: Say,
    *,
    sandbox: "Callable[[], KernelSandbox]",
) -> Path:
    """The folder of recorded observations that a release carries; made on first use.

    Args:
        course: Its cache keeps the recordings.
        assignment: What is recorded.
        say: Gets a sentence before the slow part.
        sandbox: Opens one; called only when something has to be recorded.
    """
    digest = hashlib.sha256(assignment.suite_digest.encode()).hexdigest()
    recorded = course.cache / "recorded" / f"{assignment.name}.{digest[:32]}"
    if recorded.is_dir():
        return recorded
    from autograder.judge.record import write_recorded

    say(f"recording what right and wrong solutions of {assignment.name} do, once")
    recorded.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".", dir=recorded.parent) as draft:
        write_recorded(
            assignment,
            sandbox=sandbox(),
            destination=Path(draft, "recorded"),
            cache=course.cache / "observations",
            limits=course.limits,
        )
        try:
            Path(draft, "recorded").rename(recorded)
        except OSError as error:
            # Another process may have been quicker: what it made is the same.
            if not recorded.is_dir():
                raise UsageError(f"{recorded} cannot be written: {error.strerror}.") from error
    return recorded


def hidden_folders(course: Course) -> tuple[Path, ...]:
    """What no kernel may see: each checks that it does not."""
    return (course.workspace, course.cache, course.source, course.root)


def references_of(
    course: Course, loaded: LoadedAssignment, *, sandbox: "KernelSandbox", say: Say
) -> "References":
    """What right and wrong solutions do on this course's hidden inputs; kept in the cache."""
    from autograder.judge.reference import make_references

    say("observing the reference solution and the known mistakes")
    return make_references(
        loaded.assignment,
        sandbox=sandbox,
        secret=loaded.secret,
        cache=course.cache / "observations",
        limits=course.limits,
    )


@dataclass(frozen=True, slots=True)
class SharedZygote:
    """Equips a worker on the machine of the zygote at ``address``."""

    assignment: "Assignment"
    references: "References"
    address: str

    def __call__(self) -> Equipment:
        """Connect to the zygote, and collect the checks once."""
        from autograder.judge.judge import Judge
        from autograder.sandbox.sandbox import KernelSandbox

        sandbox = KernelSandbox.connect(self.address)
        return Equipment(sandbox, Judge(self.assignment, self.references))


@dataclass(frozen=True, slots=True)
class OwnZygote:
    """Equips a worker that shares no machine with the operator's process."""

    assignment: "Assignment"
    references: "References"
    confinement: Confinement

    def __call__(self) -> Equipment:
        """Start a zygote that lives as long as the worker."""
        from autograder.judge.judge import Judge
        from autograder.sandbox.sandbox import KernelSandbox

        sandbox = KernelSandbox.start(level=self.confinement)
        atexit.register(sandbox.close)
        return Equipment(sandbox, Judge(self.assignment, self.references))
