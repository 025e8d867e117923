"""nbgrader's exchange: a student fetches a built release and hands it in; it is collected."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course.settings import Course, load_course
from release.build import build_releases
from release.replace_folder import difference
from tests.sandbox.machines import USER, on

PROJECT = Path(__file__).parents[2]
ASSIGNMENT, STUDENT = "autograd", "ada"
NBGRADER = str(Path(sys.executable).with_name("nbgrader"))
# The student's account, which this machine does not know; then what the student types.
_ACCOUNT = """
import os, pwd, sys
pwd.getpwuid = lambda uid: ("{student}", "x", uid, uid, "", "{home}", "")
os.chdir("{folder}")
"""
_NBGRADER = "from nbgrader.apps.nbgraderapp import main; main()"
_IMPORT = "import autograder; autograder.check; print(autograder.__file__)"
pytestmark = [pytest.mark.kernel, pytest.mark.slow]


@pytest.fixture
def exchange() -> Iterator[Path]:
    """A folder that every user of the machine can reach, as an exchange has to be."""
    with tempfile.TemporaryDirectory(prefix="exchange-") as folder:
        Path(folder).chmod(0o755)
        place = Path(folder, "exchange")
        place.mkdir()
        place.chmod(0o777)
        yield place


@pytest.fixture
def course(tmp_path: Path, exchange: Path) -> Course:
    """A course on the real assignment, whose folder only its owner may enter."""
    root = tmp_path / "course"
    notebook = root / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook.parent.mkdir(parents=True)
    root.chmod(0o700)
    notebook.write_bytes((PROJECT / "assignments" / ASSIGNMENT / notebook.name).read_bytes())
    settings = (PROJECT / "course_config.py").read_text()
    (root / "course_config.py").write_text(f"{settings}\nc.Exchange.root = {str(exchange)!r}\n")
    (root / "nbgrader_config.py").write_bytes((PROJECT / "nbgrader_config.py").read_bytes())
    return load_course(root)


@pytest.fixture
def home(exchange: Path) -> Path:
    """A student's folder, with the few lines that a student's nbgrader needs."""
    home = exchange.parent / STUDENT
    home.mkdir()
    (home / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        f"c.Exchange.root = {str(exchange)!r}\n"
        "c.CourseDirectory.course_id = 'pytorch'\n"
    )
    if os.getuid() == 0:
        os.chown(home, USER, USER)
    return home


def instructor(course: Course, *words: str) -> str:
    """Run a program in the course's folder; returns its output. It must succeed."""
    done = subprocess.run(
        [sys.executable, *words],
        cwd=course.root,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def student(folder: Path, program: str, *words: str) -> str:
    """Run a program as the student, as another user where that is possible; returns its output."""
    account = _ACCOUNT.format(student=STUDENT, home=folder, folder=folder)
    folders = dict.fromkeys(("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"), str(folder))
    done = on(("ordinary",), "-c", account + program, *words, **folders)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_from_the_release_to_the_submission(course: Course, exchange: Path, home: Path) -> None:
    """It is true that the student gets the release as built, and the submission is collected."""
    (release,) = build_releases(course, [ASSIGNMENT], force=False, say=lambda _: None)
    instructor(course, NBGRADER, "release_assignment", ASSIGNMENT)
    outbound = exchange / "pytorch" / "outbound" / ASSIGNMENT
    assert difference(release, outbound) is None
    assert all(path.stat().st_mode & stat.S_IROTH for path in outbound.rglob("*"))

    assert ASSIGNMENT in student(home, _NBGRADER, "list")
    student(home, _NBGRADER, "fetch_assignment", ASSIGNMENT)
    fetched = home / ASSIGNMENT
    assert difference(release, fetched) is None
    kit = student(fetched, _IMPORT)
    assert kit == f"{fetched}/autograder/__init__.py\n"

    answer = course.notebook(ASSIGNMENT).read_bytes()
    (fetched / f"{ASSIGNMENT}.ipynb").write_bytes(answer)
    student(home, _NBGRADER, "submit", ASSIGNMENT)
    collected = instructor(course, "-m", "autograder", "collect", str(exchange), ASSIGNMENT)
    assert STUDENT in collected
    place = course.submitted / STUDENT / ASSIGNMENT
    assert (place / f"{ASSIGNMENT}.ipynb").read_bytes() == answer
    assert (place / "timestamp.txt").read_text().endswith("UTC")

    shutil.rmtree(course.submitted)
    instructor(course, NBGRADER, "collect", ASSIGNMENT)
    assert (place / f"{ASSIGNMENT}.ipynb").read_bytes() == answer
