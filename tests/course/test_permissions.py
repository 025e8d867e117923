"""Who else on this machine can reach the secret, the gradebook and the workspace."""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course.permissions import exposed, make_cache, rights_of_others
from autograder.course.secret import course_secret, secret_of
from autograder.course.settings import Course, load_course
from autograder.course.workspace import locked_workspace
from autograder.errors import UsageError
from autograder.gradebook.book import Gradebook
from autograder.notebook.source import SourceNotebook

PROGRAMS = Path(sys.executable).parent


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody on the machine can enter, which pytest's own are not."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def shared(course: Course, open_folder: Path) -> Course:
    """The course with a workspace that somebody has opened to everybody."""
    moved = load_course(course.root, workspace=open_folder / "workspace")
    moved.workspace.mkdir()
    moved.workspace.chmod(0o755)
    return moved


def mode(path: Path) -> int:
    """Its permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


def test_what_we_make_is_for_its_owner_only(course: Course, source: SourceNotebook) -> None:
    """the workspace and what is in it: secret, gradebook, cache, journal and results."""
    with locked_workspace(course), Gradebook(course, source):
        make_cache(course)
        course_secret(course.secret_file, {})
    for folder in (course.workspace, course.cache, course.results):
        assert mode(folder) == 0o700, folder
    for file in (course.secret_file, course.workspace / "gradebook.db"):
        assert mode(file) == 0o600, file


def test_stock_nbgrader_keeps_the_workspace_closed(course: Course) -> None:
    """whatever it writes there, nobody else can come to it."""
    environment = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
    words = [str(PROGRAMS / "nbgrader"), "generate_assignment", "sums"]
    before = os.umask(0)
    try:
        subprocess.run(words, env=environment, check=True, capture_output=True)
    finally:
        os.umask(before)
    assert mode(course.workspace) == 0o700
    assert rights_of_others(course.workspace / "gradebook.db") == 0


def test_an_opened_cache_is_closed_again(course: Course) -> None:
    """it holds what right answers look like."""
    make_cache(course)
    course.cache.chmod(0o755)
    make_cache(course)
    assert mode(course.cache) == 0o700


def test_a_cache_that_others_may_have_filled_is_refused(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """what lies there decides grades; a folder that somebody has named is never changed."""
    opened, link = tmp_path / "opened", tmp_path / "link"
    opened.mkdir(mode=0o755)
    (tmp_path / "mine").mkdir(mode=0o700)
    link.symlink_to(tmp_path / "mine")
    for place in (opened, link):
        with pytest.raises(UsageError, match="must be a folder of your own"):
            make_cache(replace(course, cache=place))
    assert mode(opened) == 0o755
    make_cache(replace(course, cache=tmp_path / "mine"))
    monkeypatch.setattr(os, "geteuid", lambda: (tmp_path / "mine").stat().st_uid + 1)
    with pytest.raises(UsageError, match="must be a folder of your own"):
        make_cache(replace(course, cache=tmp_path / "mine"))


@pytest.mark.parametrize("bits", [0o604, 0o602])
def test_a_secret_that_others_reach_is_refused(shared: Course, bits: int) -> None:
    """it says so by name; closed, it serves again, as it does behind a closed folder."""
    course_secret(shared.secret_file, {})
    secret_of(shared)
    shared.secret_file.chmod(bits)
    with pytest.raises(UsageError, match=r"(?s)Everybody.*course-secret.*chmod 600"):
        secret_of(shared)
    shared.workspace.chmod(0o700)
    assert secret_of(shared)
    shared.workspace.chmod(0o755)
    shared.secret_file.chmod(0o600)
    assert secret_of(shared)


@pytest.mark.parametrize("step", ["source", "release", "feedback", "submitted", "autograded"])
def test_a_secret_in_a_folder_that_is_handed_out_is_refused(course: Course, step: str) -> None:
    """a file beside a source notebook is released with it."""
    folder: Path = getattr(course, step)
    inside = replace(course, secret_file=folder / "sums" / "secret")
    with pytest.raises(UsageError, match=r"is in .*, whose files reach students"):
        secret_of(inside)
    assert not inside.secret_file.exists()


def test_a_secret_from_the_environment_needs_no_file(
    shared: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """whatever lies in the file's place is not looked at."""
    shared.secret_file.write_text("x" * 32)
    shared.secret_file.chmod(0o644)
    monkeypatch.setenv("AUTOGRADER_SECRET", "of the environment, and long")
    assert secret_of(shared) == b"of the environment, and long"


def test_a_gradebook_that_others_reach_is_told(shared: Course, source: SourceNotebook) -> None:
    """readable, in a sentence; writable, it is refused."""
    Gradebook(shared, source).close()
    gradebook = shared.workspace / "gradebook.db"
    assert exposed(shared) == ()
    gradebook.chmod(0o644)
    (sentence,) = exposed(shared)
    assert f"can read the gradebook {gradebook}: type `chmod 700 " in sentence
    gradebook.chmod(0o606)
    with pytest.raises(UsageError, match="Everybody on this machine can write the gradebook"):
        exposed(shared)


def test_a_gradebook_in_a_server_is_its_servers_business(shared: Course) -> None:
    """no file of ours is looked for."""
    assert exposed(replace(shared, db_url="postgresql://host/grades")) == ()
