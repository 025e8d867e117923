"""The documents, walked through by typing what they say, in a copy of the project.

Each ``$`` line of a console block is typed as it stands, but for this:

- ``autograd`` stands for ``training``, and a mistake of its for one of ``train_step``: the same
  steps in a shorter assignment.
- A step of instructor.md that was typed before, with nothing changed since, is not typed again.
- The student's ``.venv`` is ours: the README in the package would fetch PyTorch to make it.
- ``jupyter server`` also gets a free port, and neither token nor browser: it is asked by a program.

What stands in sentences and tables is only parsed, by test_documents.py.
"""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.docs.reference import PROJECT
from tests.release.copied import copy_project

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

ASSIGNMENT = "autograd"
STEP = re.compile(r"^\$ (.+)$", re.MULTILINE)
# The virtual environment is active.
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
ENVIRONMENT = {**os.environ, "PATH": PATH, "PYTHONPATH": "."}


def steps(document: str) -> list[str]:
    """The commands of a document's console blocks, in order."""
    text = (PROJECT / "docs" / document).read_text(encoding="utf-8")
    text = text.replace("training/train_step no-zero", "autograd/dydx double-backward")
    return [step.replace("training", ASSIGNMENT) for step in STEP.findall(text)]


def type_in(folder: Path, step: str, *, code: int = 0) -> str:
    """Type a command, which must end with this code; its output."""
    done = subprocess.run(
        shlex.split(step),
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == code, f"{step}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with one of its assignments."""
    root = tmp_path_factory.mktemp("course")
    copy_project(root)
    shutil.copytree(PROJECT / "assignments" / ASSIGNMENT, root / "assignments" / ASSIGNMENT)
    suites = Path("autograder", "suites", ASSIGNMENT)
    shutil.copytree(PROJECT / suites, root / suites)
    return root


def test_instructor_student_and_ta(course: Path, tmp_path: Path) -> None:
    """It is true that one assignment goes from its source to feedback and a table of grades.

    One walk, in the order of the documents: each step needs what the one before has made.
    """
    for step in dict.fromkeys(steps("instructor.md")):
        type_in(course, step)
    (package,) = (course / "workspace" / "packages").glob(f"{ASSIGNMENT}-*.zip")
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path)
    (notebook,) = tmp_path.rglob(f"{ASSIGNMENT}.ipynb")
    # The two commands of the README make it, and install PyTorch.
    (notebook.parent / ".venv").symlink_to(sys.prefix)
    for step in steps("student.md"):
        assert "handin.zip" in type_in(notebook.parent, step)
    (handed_in,) = notebook.parent.glob("*-handin.zip")
    (course / "roster.csv").write_text("id,first_name,last_name\ns001,First,Student\n", "utf-8")
    with zipfile.ZipFile(course / "submissions.zip", "w") as archive:
        archive.write(handed_in, f"s001/{handed_in.name}")
    for step in steps("ta.md"):
        if step.startswith("jupyter server"):
            assert_formgrader_answers(course, step)
        elif step.startswith("pytest"):
            # What was handed in is the student version as it is.
            assert "it is not written yet" in type_in(course, step, code=1)
        else:
            type_in(course, step)
    results = json.loads((course / "results.json").read_text(encoding="utf-8"))
    assert [row["student"] for row in results["submissions"]] == ["s001"]
    assert (course / "workspace" / "feedback" / "s001" / ASSIGNMENT).is_dir()
    assert "s001" in (course / "grades.csv").read_text(encoding="utf-8")


def assert_formgrader_answers(course: Path, step: str) -> None:
    """Start the server as the document says, on a free port and without a token; ask once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [f"--port={port}", "--IdentityProvider.token=", "--no-browser"]
    server = subprocess.Popen(
        [*shlex.split(step), *words],
        cwd=course,
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/formgrader") as answer:
                    assert "formgrader" in answer.read().decode().lower()
                    return
            except OSError:
                assert server.poll() is None
                time.sleep(0.1)
        pytest.fail("the server did not answer within a minute")
    finally:
        server.terminate()
        server.wait()
