"""One submission's checks as plain pytest, for a TA who wants to look inside.

``pytest autograder/suites/training --submission FILE``. Runs in the TA's own process; the notebook
itself runs in the sandbox, as always. Messages quote what was found: a TA may see everything.
"""

from pathlib import Path

import pytest

from autograder.course.settings import Course, load_course
from autograder.errors import AutograderError, UsageError
from autograder.grading.preparation import load_for_grading, open_sandbox, references_of
from autograder.grading.submission_run import run_submission
from autograder.judge.judge import Judge, fill_missing
from autograder.judge.pytest_plugin import CheckInputs, ChecksPlugin, exercise_of
from autograder.notebook.merged import merge
from autograder.notebook.submitted import UnreadableError, read_bytes, read_notebook

OPTION = "--submission"
_NAME = "autograder-checks"


class SubmissionPlugin:
    """Observes the submission once the checks are known, and feeds them."""

    def __init__(self, submission: Path, checks: ChecksPlugin) -> None:
        self._submission = submission
        self._checks = checks

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Run the notebook in the sandbox for the one assignment whose checks were collected."""
        assignments = sorted({exercise_of(item.path).split("/")[0] for item in session.items})
        if len(assignments) != 1:
            found = ", ".join(assignments) or "none"
            raise pytest.UsageError(f"give the suites of one assignment; found those of {found}")
        try:
            course = load_course(Path.cwd())
            self._checks.inputs = check_inputs_of(course, self._submission, assignments[0])
        except AutograderError as error:
            raise pytest.UsageError(str(error)) from error


def add_option(parser: pytest.Parser) -> None:
    """Add ``--submission`` to pytest's options."""
    parser.addoption(
        OPTION, metavar="FILE", type=Path, help="the notebook whose functions the checks look at"
    )


def register(config: pytest.Config) -> None:
    """Collect hidden checks too, and feed all of them from the submission.

    Raises:
        pytest.UsageError: No submission was named.
    """
    submission: Path | None = config.getoption(OPTION)
    if submission is None:
        raise pytest.UsageError(
            f"these checks look at one notebook: name it with {OPTION} FILE "
            "(the project's own tests are in tests/)"
        )
    checks = ChecksPlugin(reveal=True)
    config.addinivalue_line("python_files", "hidden.py")
    config.pluginmanager.register(checks, _NAME)
    config.pluginmanager.register(SubmissionPlugin(submission.absolute(), checks))


def check_inputs_of(course: Course, path: Path, assignment: str) -> dict[str, CheckInputs]:
    """What the checks of every exercise look at, for the notebook at ``path``.

    Raises:
        UsageError: There is no such file or assignment, or the file is no notebook.
        AutograderError: Nothing can be observed: no confinement, no sandbox, a broken suite.
    """
    course.notebook(assignment)
    if not path.exists():
        raise UsageError(f"There is no file {path}.")
    try:
        submitted = read_notebook(read_bytes(path))
    except UnreadableError as error:
        raise UsageError(f"{path}: {error}.") from error
    loaded = load_for_grading(course, assignment)

    def say(_text: str) -> None:
        """Print nothing: pytest writes the terminal."""

    with open_sandbox(course, loaded.assignment, say) as sandbox:
        references = references_of(course, loaded, sandbox=sandbox, say=say)
        requests = Judge(loaded.assignment, references).requests
        submission = merge(submitted, loaded.source, requests=requests)
        run = run_submission(sandbox, submission, course.limits)
        if run.doubt:
            run = run_submission(sandbox, submission, course.limits, doubt=run.doubt)
    return {
        key: CheckInputs(fill_missing(run.seen.get(key, {}), tuple(expected)), expected)
        for key, expected in references.expected.items()
    }
