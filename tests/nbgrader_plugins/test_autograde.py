"""Stock ``nbgrader autograde``, and formgrader's button, in the course's folder."""

import json
import os
import re
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from autograder.course.settings import Course, load_course
from autograder.course.workspace import locked_workspace
from tests.grading.test_end_to_end import changed, finish
from tests.sandbox.waiting import wait_until

PROJECT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
ASSIGNMENT = "autograd"
CANARY = "reached"
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")
# Runs a command that may make no namespace, as in many containers: unshare(2) says EPERM.
UNCONFINABLE = """
import os, platform, struct, sys
from autograder.sandbox.inside.linux import install_seccomp, prctl
number = {"x86_64": 272, "aarch64": 97}[platform.machine()]
lines = (0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x50001), (0x06, 0, 0, 0x7FFF0000)
no_new_privileges = 38
prctl(no_new_privileges, 1)
install_seccomp(b"".join(struct.pack("HBBI", *line) for line in lines))
os.execvp(sys.argv[1], sys.argv[1:])
"""
pytestmark = [pytest.mark.kernel, pytest.mark.slow]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A small class of the assignment ``autograd``, of which nothing is graded yet."""
    return handed_in(tmp_path)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, str]:
    """Another such class, graded by stock ``nbgrader autograde``, and what that has said."""
    course = handed_in(tmp_path_factory.mktemp("course"))
    status, said = nbgrader(course, "autograde", ASSIGNMENT, "--force")
    assert status == 0, said
    return course, said


def handed_in(root: Path) -> Course:
    """A course in a folder, with what its students have handed in."""
    settings = (PROJECT / "course_config.py").read_text() + "\nc.Course.cell_seconds = 3\n"
    (root / "course_config.py").write_text(settings)
    (root / "nbgrader_config.py").write_bytes((PROJECT / "nbgrader_config.py").read_bytes())
    notebook = root / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.write_bytes((PROJECT / "assignments" / ASSIGNMENT / notebook.name).read_bytes())
    solved = json.loads(notebook.read_bytes())
    submitted = root / "workspace" / "submitted"
    for student, content in _class(solved, root / CANARY).items():
        path = submitted / student / ASSIGNMENT / notebook.name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    right = submitted / "right" / ASSIGNMENT
    (right / "timestamp.txt").write_text("2030-01-01 00:00:00 UTC")
    (right / "data.txt").symlink_to(root / "course_config.py")
    return load_course(root)


def _class(solved: Mapping[str, Any], canary: Path) -> dict[str, bytes]:
    """By name what each student hands in; one tries to write to the course's folder."""
    wrong = "def dydx(x0):\n    return 0.0"
    escaping = f"open({str(canary)!r}, 'w').write('x')\n{wrong}"
    document = dict(solved)
    skipped = json.loads(changed(document, "dydx-solution", wrong))
    for cell in skipped["cells"]:
        cell["metadata"]["tags"] = ["skip-execution"]
    doubled = json.loads(changed(document, "dydx-solution", wrong))
    doubled["cells"] += [c for c in doubled["cells"] if c["metadata"].get("nbgrader")]
    return {
        "right": json.dumps(solved).encode(),
        "wrong": changed(document, "dydx-solution", wrong),
        "escaping": changed(document, "dydx-solution", escaping),
        "skipped": json.dumps(skipped).encode(),
        "doubled": json.dumps(doubled).encode(),
        "broken": b"[" * 100_000,
    }


def nbgrader(course: Course, *words: str, before: tuple[str, ...] = ()) -> tuple[int, str]:
    """How a stock command ended, and what it said."""
    environment = {
        **os.environ,
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(PROJECT),
    }
    done = subprocess.run(
        [*before, str(PROGRAMS / "nbgrader"), *words],
        cwd=course.root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def scores(course: Course) -> dict[str, dict[str, float | None]]:
    """Student → exercise → what the gradebook says."""
    from autograder.gradebook.book import Gradebook
    from autograder.grading.preparation import load_source

    with Gradebook(course, load_source(course, ASSIGNMENT)) as book:
        return book.recorded()


def outputs(course: Course, student: str) -> dict[str, list[dict[str, Any]]]:
    """The outputs of each graded cell of an autograded notebook."""
    path = course.autograded / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    cells = json.loads(path.read_text())["cells"]
    marks = [cell["metadata"].get("nbgrader", {}) for cell in cells]
    return {
        mark["grade_id"]: cell["outputs"]
        for cell, mark in zip(cells, marks, strict=True)
        if mark.get("grade")
    }


def test_a_machine_that_cannot_confine_runs_nothing(course: Course) -> None:
    """one sentence says what is missing, no point is given, and no earlier work is lost."""
    earlier = course.autograded / "wrong" / ASSIGNMENT / "kept.txt"
    earlier.parent.mkdir(parents=True)
    earlier.touch()
    before = (sys.executable, "-c", UNCONFINABLE)
    status, said = nbgrader(course, "autograde", ASSIGNMENT, "--force", before=before)
    assert status == 1, said
    errors = [line for line in said.splitlines() if "ERROR" in line]
    assert len(errors) == 1, said
    assert "cannot confine student code here" in errors[0]
    assert "Traceback" not in said
    assert scores(course) == {}
    assert earlier.is_file()
    assert not (course.root / CANARY).exists()


def test_two_runs_exclude_each_other(course: Course) -> None:
    """while ``autograder grade`` is at work, stock autograde refuses before it removes anything."""
    with locked_workspace(course):
        status, said = nbgrader(course, "autograde", ASSIGNMENT, "--force")
    assert status == 1, said
    assert re.search(r"ERROR\] Another run is at work", said), said
    assert "Removing" not in said


def test_stock_autograde_is_ours(graded: tuple[Course, str]) -> None:
    """it gives everybody the scores of ``autograder grade``, and lets nobody's code out."""
    course, said = graded
    by_nbgrader = scores(course)
    assert by_nbgrader["right"] == {"dydx": 4.0, "squared_mean_grad": 6.0}
    assert all(by_nbgrader[name]["dydx"] == 0 for name in by_nbgrader if name != "right")
    assert said.count("Starting the sandbox") == 1
    assert not (course.root / CANARY).exists()
    ((one,), _) = outputs(course, "right").values()
    assert one["output_type"] == "execute_result"
    assert "".join(one["data"]["text/plain"]) == "4"
    assert "".join(one["data"]["text/html"]).startswith("<div")
    folder = course.autograded / "right" / ASSIGNMENT
    assert {path.name for path in folder.iterdir()} == {f"{ASSIGNMENT}.ipynb", "timestamp.txt"}

    finish(course, "grade", ASSIGNMENT, "--force")
    assert scores(course) == by_nbgrader


def test_feedback_and_export_go_on_from_there(graded: tuple[Course, str]) -> None:
    """each student's page has the report, and each a line in the table of grades."""
    course, _ = graded
    for words in (("generate_feedback", ASSIGNMENT, "--force"), ("export", "--to", "grades.csv")):
        status, said = nbgrader(course, *words)
        assert status == 0, said
    page = course.feedback / "wrong" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    assert "The derivative of (3x + 1)² is right at several numbers." in page.read_text()
    assert len((course.root / "grades.csv").read_text().splitlines()) == 1 + len(scores(course))


def test_a_cell_that_was_not_graded_earns_nothing(course: Course) -> None:
    """what is on disk between nbgrader's two steps has an error in each graded cell."""
    from autograder.course.workspace import SubmissionFolder
    from autograder.grading.preparation import load_source
    from autograder.nbgrader_plugins.autograde import unjudged

    source = load_source(course, ASSIGNMENT)
    for student in ("right", "broken"):
        handed = SubmissionFolder(student, course.submitted / student / ASSIGNMENT).read(ASSIGNMENT)
        cells = unjudged(source, handed).cells
        graded = [c for c in cells if c.metadata.get("nbgrader", {}).get("grade")]
        assert [[o.output_type for o in c.outputs] for c in graded] == [["error"], ["error"]]


def test_stock_generate_assignment_keeps_the_self_check(course: Course) -> None:
    """it writes what ``release build`` would write, so that this finds nothing to replace."""
    status, said = nbgrader(course, "generate_assignment", ASSIGNMENT, "--force")
    assert status == 0, said
    assert "ERROR" not in said
    folder = course.release / ASSIGNMENT
    assert (folder / "autograder" / "selfcheck" / "check.py").is_file()
    assert list((folder / "autograder" / "recorded").iterdir())
    build = [str(PROGRAMS / "release"), "build", ASSIGNMENT, "--unverified"]
    done = subprocess.run(build, cwd=course.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def listens(address: str) -> bool:
    """Whether something answers there by now."""
    host, port = urllib.parse.urlsplit(address).netloc.split(":")
    with socket.socket() as attempt:
        return attempt.connect_ex((host, int(port))) == 0


@contextmanager
def jupyter(course: Course) -> Iterator[str]:
    """A Jupyter server with formgrader on loopback, in the course's folder; its address."""
    extensions = {"nbgrader.server_extensions.formgrader": True, "jupyterlab": False}
    words = (
        "-m", "jupyter", "server", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0",
        "--ServerApp.token=token", f"--ServerApp.jpserver_extensions={extensions}",
    )  # fmt: skip
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(course.root / "runtime")}
    log = course.root / "server.log"
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=course.root,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=file,
        )
    try:
        wait_until(lambda: ADDRESS.search(log.read_text()) or process.poll() is not None)
        found = ADDRESS.search(log.read_text())
        assert found, log.read_text()
        # It names its address before it listens there.
        wait_until(lambda: listens(found[0]) or process.poll() is not None)
        yield found[0]
    finally:
        process.terminate()
        process.wait()


def test_formgraders_button_grades_in_the_sandbox(course: Course) -> None:
    """pressed twice, for an escaping submission and for a right one, over HTTP."""
    with jupyter(course) as address:
        for student in ("escaping", "right"):
            path = f"formgrader/api/submission/{ASSIGNMENT}/{student}/autograde"
            headers = {"Authorization": "token token"}
            request = urllib.request.Request(address + path, method="POST", headers=headers)  # noqa: S310
            with urllib.request.urlopen(request) as reply:  # noqa: S310
                answer = json.loads(reply.read())
            assert answer["success"], answer
    assert not (course.root / CANARY).exists()
    found = scores(course)
    assert found["right"] == {"dydx": 4.0, "squared_mean_grad": 6.0}
    assert found["escaping"]["dydx"] == 0
    ((one,), _) = outputs(course, "escaping").values()
    assert "".join(one["data"]["text/plain"]) == "0"
