"""Builds releases: student version, self-check, gradebook rows. In the operator's process.

This module is the release room's door to nbgrader: its own ``generate_assignment`` writes the
notebook, into a folder beside its place, and a finished release is put there whole.
"""

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from functools import cache
from pathlib import Path

from traitlets.log import get_logger

from autograder.course.history import keep_release
from autograder.course.permissions import make_cache
from autograder.course.secret import refuse_exposed_secret
from autograder.course.settings import Course, load_course
from autograder.course.workspace import locked_workspace
from autograder.errors import AutograderError, SuiteError, UsageError
from autograder.grading.preparation import Say, bare_sandbox, make_recordings
from autograder.judge.assignment import load_assignment
from autograder.notebook.source import SourceNotebook
from autograder.sandbox.kit import build_kit
from release.leaks.assignment_rules import leak_rules_of
from release.leaks.check import refuse_leaks
from release.replace_folder import needs_replacing, put_in_place

Recordings = Callable[[str], Path]


def build_releases(
    course: Course, names: Sequence[str], *, force: bool, say: Say
) -> Iterator[Path]:
    """Build the releases one by one; yields each one's folder when it is in its place.

    Args:
        course: Where things are.
        names: The assignments.
        force: Replace a release that differs from the new one.
        say: Is given a line on what is being done.

    Raises:
        UsageError: There is no such assignment, everybody can read the course secret, something
            confidential is in a release, or an earlier release would be lost.
        SuiteError: nbgrader refuses a source notebook, or it does not fit its suite.
    """
    # A name that is mistyped ends the run before anything has been started.
    for name in names:
        course.notebook(name)

    with locked_workspace(course), open_recordings(course, say) as recordings:
        refuse_exposed_secret(course)
        # One thread, since there is one sandbox: it records the next assignments while this process
        # looks through the last one. Not a `with`, which would wait for all that is left to record.
        ahead = ThreadPoolExecutor(1)
        try:
            waiting = {name: ahead.submit(recordings, name) for name in names}
            # Only now: nbgrader takes two seconds to import, in which the sandbox starts.
            from autograder.gradebook.student_version import make_student_version

            for name in names:
                source = make_student_version(course, name)
                yield build_release(course, source, recorded=waiting[name].result(), force=force)
        finally:
            ahead.shutdown(cancel_futures=True)


@contextmanager
def open_recordings(course: Course, say: Say) -> Iterator[Recordings]:
    """A function from an assignment's name to the folder of its recorded observations.

    One sandbox records all assignments; none is started when everything has been recorded before.

    Raises:
        UsageError: The cache cannot be written.
    """
    make_cache(course)
    with ExitStack() as stack:
        sandbox = cache(lambda: stack.enter_context(bare_sandbox(course)))

        def recordings(name: str) -> Path:
            assignment = load_assignment(name, course.notebook(name))
            return make_recordings(course, assignment, say, sandbox=sandbox)

        yield recordings


def build_release(course: Course, source: SourceNotebook, *, recorded: Path, force: bool) -> Path:
    """Build one release, and register the assignment once it is in its place.

    Args:
        course: Where things are.
        source: The assignment's student version.
        recorded: The folder of recorded observations that the self-check needs.
        force: Replace a release that differs from the new one.

    Raises:
        UsageError: Something confidential is in it, an earlier release would be lost, or it cannot
            be written.
        SuiteError: nbgrader refuses the source notebook.
    """
    from autograder.gradebook.book import Gradebook

    name = source.assignment
    place = course.release / name
    try:
        course.release.mkdir(parents=True, exist_ok=True)
        # Its name begins with a dot, so nbgrader does not take it for an assignment.
        with tempfile.TemporaryDirectory(prefix=".building-", dir=course.release) as folder:
            built = make_release(course, name, recorded=recorded, folder=Path(folder))
            refuse_leaks(built, leak_rules_of(course, source))
            replaces = needs_replacing(place, built, force=force)
            # The gradebook may refuse, and then the release must not be there.
            with Gradebook(course, source):
                # Before anybody can work in it: a release that is out and not kept would be lost.
                keep_release(course, source)
                if replaces:
                    put_in_place(built, place, Path(folder, "earlier"))
    except OSError as error:
        raise UsageError(f"{place} cannot be written: {error.strerror}.") from error
    return place


def make_release(course: Course, name: str, *, recorded: Path, folder: Path) -> Path:
    """Make the release, inside an empty folder; returns the release's own folder.

    Raises:
        SuiteError: nbgrader refuses the source notebook.
    """
    built = _generate(course, name, folder / "release")
    _copy_kit(name, recorded, into=built)
    return built


def _copy_kit(assignment: str, recorded: Path, *, into: Path) -> None:
    # A kit is only written into an empty folder, and this one holds the notebook.
    with tempfile.TemporaryDirectory(prefix="kit-") as folder:
        kit = build_kit(Path(folder, "kit"), recorded=recorded, assignment=assignment)
        shutil.copytree(kit, into, dirs_exist_ok=True)


def _generate(course: Course, name: str, destination: Path) -> Path:
    """Run nbgrader's own converter, without its writing to the gradebook."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells

    # Config(…) would share its sections, and what is set here would be set in the course, too.
    config = deepcopy(course.config)
    config.CourseDirectory.release_directory = str(destination)
    config.CourseDirectory.assignment_id = name
    # It would add the kit, and log a failure where make_release raises.
    config.GenerateAssignment.pop("post_convert_hook", None)
    folders = CourseDirectory(config=config)
    log = _ErrorLog()
    converter = GenerateAssignment(coursedir=folders, config=config, log=log.logger)
    converter.no_database = True
    converter.preprocessors = [step for step in converter.preprocessors if step is not SaveCells]
    try:
        converter.start()
    except NbGraderException as error:
        raise SuiteError(f"nbgrader cannot release {name}: {log.first_error()}") from error
    return destination / name


def add_kit(assignment: str, **_: object) -> None:
    """Put the self-check into a release that ``nbgrader generate_assignment`` has just written.

    course_config.py names this function; nbgrader calls it in the course's folder. nbgrader would
    swallow an exception, so what goes wrong is logged here.
    """
    from autograder.gradebook.student_version import make_student_version

    log = get_logger()
    try:
        course = load_course(Path.cwd())
        place = course.release / assignment
        source = make_student_version(course, assignment)
        with open_recordings(course, log.info) as recordings:
            _copy_kit(assignment, recordings(assignment), into=place)
    except (AutograderError, OSError) as error:
        log.error("%s has no self-check: %s", assignment, error)  # noqa: TRY400
        return
    # It is out already: a leak is reported, and the release is kept for grading all the same.
    try:
        refuse_leaks(place, leak_rules_of(course, source))
    except AutograderError as error:
        log.error("%s", error)  # noqa: TRY400
    try:
        keep_release(course, source)
    except AutograderError as error:
        log.error("%s", error)  # noqa: TRY400


class _ErrorLog(logging.Handler):
    """Keeps what nbgrader logs, for one sentence of it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[str] = []
        # A logger outside the tree: no other handler sees what nbgrader logs of one release.
        self.logger = logging.Logger("release", logging.ERROR)  # noqa: LOG001
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.errors.append(record.getMessage())

    def first_error(self) -> str:
        """The last line of the first traceback, which names the cause."""
        traced = [text for text in self.errors if text.startswith("Traceback")]
        found = traced or self.errors or ["for no reason that it gives"]
        return found[0].strip().splitlines()[-1]
