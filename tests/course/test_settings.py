"""The course's settings and its secret."""

import stat
from pathlib import Path

import pytest

from autograder.course.permissions import make_cache
from autograder.course.secret import course_secret
from autograder.course.settings import Course, load_course
from autograder.errors import UsageError
from autograder.grading.preparation import hidden_folders
from autograder.model.limits import Limits
from tests.grading.fakes import ASSIGNMENT

SHORT, LONG = "too short", "a secret of the owner's own"


def test_everything_written_is_in_the_workspace(course: Course) -> None:
    """each folder that nbgrader writes is below it, and none is the package ``release``."""
    folders = course.config.CourseDirectory
    named = [folders[name] for name in folders if name.endswith("_directory")]
    written = [Path(course.root, name) for name in named if name != "assignments"]
    assert len(written) == 6
    assert all(path.parent == course.workspace for path in written)
    assert course.db_url == f"sqlite:///{course.workspace / 'gradebook.db'}"


def test_one_process_reaches_its_own_limit_first(course: Course) -> None:
    """It is true that a process alone gets a MemoryError and is never ended for its group's sum.

    With less for the group than for a process, both limits were reached at nearly the same moment,
    and the same submission got one sentence or another.
    """
    for limits in (course.limits, Limits()):
        assert limits.group_bytes >= limits.memory_bytes


def test_the_workspace_can_be_moved(course: Course, tmp_path: Path) -> None:
    """nbgrader's settings move with it, and the secret too."""
    moved = load_course(course.root, workspace=tmp_path / "elsewhere")
    assert moved.submitted == tmp_path / "elsewhere" / "submitted"
    assert moved.config.CourseDirectory.autograded_directory == str(moved.autograded)
    assert moved.secret_file == tmp_path / "elsewhere" / "course-secret"
    assert moved.source == course.source


def test_the_workspace_can_be_moved_for_nbgrader_too(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """the variable that nbgrader's commands see has the same effect."""
    monkeypatch.setenv("AUTOGRADER_WORKSPACE", str(tmp_path / "elsewhere"))
    by_variable = load_course(course.root)
    by_argument = load_course(course.root, workspace=tmp_path / "elsewhere")
    assert by_variable.workspace == by_argument.workspace
    assert by_variable.db_url == by_argument.db_url
    assert by_variable.secret_file == by_argument.secret_file


def test_workspaces_may_share_a_cache(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """it moves with the workspace, unless a place of its own is named; no kernel sees it there."""
    elsewhere = tmp_path / "elsewhere"
    assert course.cache == course.workspace / "cache"
    assert load_course(course.root, workspace=elsewhere).cache == elsewhere / "cache"
    monkeypatch.setenv("AUTOGRADER_CACHE", str(tmp_path / "shared"))
    shared = load_course(course.root, workspace=elsewhere)
    assert shared.cache == load_course(course.root).cache == tmp_path / "shared"
    assert shared.cache in hidden_folders(shared)
    make_cache(shared)
    assert stat.S_IMODE(shared.cache.stat().st_mode) == 0o700


def test_a_cache_that_cannot_be_made_is_named(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """the operator learns which of the two folders it is, and how to name another."""
    (tmp_path / "file").touch()
    for name, place, words in (
        (
            "AUTOGRADER_CACHE",
            tmp_path / "file" / "cache",
            "cache .*/file/cache .* AUTOGRADER_CACHE",
        ),
        ("AUTOGRADER_WORKSPACE", tmp_path / "file" / "below", "workspace .*/below .*--workspace"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, str(place))
            with pytest.raises(UsageError, match=words):
                make_cache(load_course(course.root))


def test_the_course_is_found_from_below(course: Course) -> None:
    """a command may be run in any folder of the course."""
    assert load_course(course.source / ASSIGNMENT) == course


def test_outside_a_course_there_is_a_sentence(tmp_path: Path) -> None:
    """the operator learns what was looked for."""
    with pytest.raises(UsageError, match=r"is not in a course.*course_config\.py"):
        load_course(tmp_path)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("c.Course.cell_second = 3", r"c\.Course\.cell_second, which is no setting"),
        ("c.Course.cell_seconds = 'long'", "must be a number"),
        ("c.Course.cell_seconds = 0", "must be above 0"),
        ("c.Course.jobs = True", "must be a whole number"),
        ("c.Course.jobs = 1.5", "must be a whole number"),
        ("c.Course.cell_seconds = float('nan')", "must be a number"),
        ("c.Course.notebook_seconds = float('inf')", "must be a number"),
        ("c.Course.memory_bytes = 1000", "must be above 1073741824"),
        ("raise SystemExit(0)", "cannot be read: SystemExit"),
        (
            "c.Course.workspace = 3",
            "workspace in course_config.py is 3; it must be a string, in quotes",
        ),
        ("c.Course.jobs = 1/0", "cannot be read: ZeroDivisionError"),
        ("def", "cannot be read: SyntaxError"),
    ],
)
def test_a_wrong_setting_is_named(course: Course, line: str, reason: str) -> None:
    """a typing error is not passed over."""
    with (course.root / "course_config.py").open("a") as file:
        file.write(f"\n{line}\n")
    with pytest.raises(UsageError, match=reason):
        load_course(course.root)


def test_limits_are_settings(course: Course) -> None:
    """any limit can be set by its name."""
    with (course.root / "course_config.py").open("a") as file:
        file.write("\nc.Course.processes = 77\nc.Course.jobs = 3\n")
    changed = load_course(course.root)
    assert (changed.limits.processes, changed.jobs) == (77, 3)


def test_an_assignment_that_is_not_there_lists_those_that_are(course: Course) -> None:
    """or says that there is none yet."""
    with pytest.raises(UsageError, match=r"no assignment 'nope'.*there is sums"):
        course.notebook("nope")
    with pytest.raises(UsageError, match="no assignment"):
        course.notebook(f"../assignments/{ASSIGNMENT}")
    course.notebook(ASSIGNMENT).unlink()
    with pytest.raises(UsageError, match="there is none yet"):
        course.notebook(ASSIGNMENT)


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    """the second call reads what the first one made."""
    path = tmp_path / "workspace" / "secret"
    made = course_secret(path, {})
    assert course_secret(path, {}) == made
    assert len(made) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["secret"]


def test_the_owner_may_set_the_secret(tmp_path: Path) -> None:
    """in a file, or in the environment, which goes first."""
    path = tmp_path / "secret"
    path.write_text(f"{LONG}\n")
    assert course_secret(path, {}) == LONG.encode()
    assert course_secret(path, {"AUTOGRADER_SECRET": LONG * 2}) == (LONG * 2).encode()


def test_a_bad_secret_is_told(tmp_path: Path) -> None:
    """a short, unreadable or unwritable one is refused with what to do."""
    path = tmp_path / "secret"
    with pytest.raises(UsageError, match="AUTOGRADER_SECRET has 9 bytes; it needs at least 16"):
        course_secret(path, {"AUTOGRADER_SECRET": SHORT})
    path.write_text(SHORT)
    with pytest.raises(UsageError, match="has 9 bytes"):
        course_secret(path, {})
    with pytest.raises(UsageError, match="cannot be read"):
        course_secret(tmp_path, {})
    with pytest.raises(UsageError, match=r"cannot be (made|read)"):
        course_secret(path / "below" / "secret", {})
