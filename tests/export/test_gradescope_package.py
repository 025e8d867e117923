"""The zip for Gradescope: its content, its mode, and that its bytes are the same each time."""

import json
import re
import shutil
import stat
import subprocess
import tomllib
import zipfile
from dataclasses import replace
from importlib.metadata import requires
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.course.history import keep_release
from autograder.course.secret import secret_of
from autograder.course.settings import Course, load_course
from autograder.errors import SuiteError, UsageError
from autograder.export.gradescope.package import (
    HERE,
    GradescopeRequest,
    export_gradescope,
    gradescope_files,
)
from autograder.gradebook.student_version import make_student_version
from tests.grading.fakes import ASSIGNMENT as SUMS
from tests.grading.fakes import make_course

PROJECT = Path(__file__).parents[2]
ASSIGNMENT = "autograd"
PIN = re.compile(r"^([a-z0-9-]+)==([\w.+]+)( +# .+)?$")
# Only a release needs this.
NOT_INSTALLED = {"pyspellchecker"}


def pins(path: Path) -> dict[str, str]:
    """Package → version; each line of the file is a comment or a pin."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    found = [PIN.match(line) for line in lines]
    assert all(found), lines
    return {one[1]: one[2] for one in found if one}


def test_the_zip_holds_one_assignment_and_what_grades_it(course: Course) -> None:
    """It holds the secret, and neither other assignments' answers nor submissions nor grades."""
    path = export_gradescope(course, GradescopeRequest(ASSIGNMENT))
    assert path == course.workspace / "packages" / "autograd-gradescope.zip"
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        modes = {one.filename: one.external_attr >> 16 for one in archive.infolist()}
        assert archive.read("workspace/course-secret").strip() == secret_of(course)
        notebook = archive.read("assignments/autograd/autograd.ipynb")
    assert notebook == course.notebook(ASSIGNMENT).read_bytes()
    tops = {name.partition("/")[0] for name in names}
    settings = {"course_config.py", "nbgrader_config.py"}
    programs = {"setup.sh", "run_autograder", "requirements.txt"}
    assert tops == {"assignments", "autograder", "workspace", *settings, *programs}
    suites = {name.split("/")[2] for name in names if name.startswith("autograder/suites/")}
    assert suites == {"__init__.py", ASSIGNMENT}
    assert "autograder/suites/autograd/dydx/hidden.py" in names
    assert not [name for name in names if "__pycache__" in name or "/collecting/" in name]
    assert modes["run_autograder"] == modes["setup.sh"] == stat.S_IFREG | 0o755
    assert modes["workspace/course-secret"] == stat.S_IFREG | 0o600


def test_earlier_releases_go_along(course: Course, tmp_path: Path) -> None:
    """A submission of an earlier release is graded with that release there, too."""
    moved = replace(course, workspace=tmp_path)
    keep_release(moved, make_student_version(course, ASSIGNMENT))
    (tmp_path / "history" / ASSIGNMENT / ".draft").mkdir()
    (tmp_path / "history" / ASSIGNMENT / ".draft" / "left-behind").touch()
    kept = {name for name in gradescope_files(moved, ASSIGNMENT) if "/history/" in name}
    top = f"workspace/history/{ASSIGNMENT}/1"
    assert f"{top}/assignments/{ASSIGNMENT}/{ASSIGNMENT}.ipynb" in kept
    assert f"{top}/suites/dydx/hidden.py" in kept
    assert all(name.startswith(top) for name in kept)


def test_the_zip_is_its_owners(course: Course, tmp_path: Path) -> None:
    """Only its owner can read it, and the same course makes the same bytes."""
    first = export_gradescope(course, GradescopeRequest(ASSIGNMENT, tmp_path / "first.zip"))
    second = export_gradescope(course, GradescopeRequest(ASSIGNMENT, tmp_path / "second.zip"))
    assert first.read_bytes() == second.read_bytes()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600


def test_another_file_is_not_lost_unasked(course: Course, tmp_path: Path) -> None:
    """A file that exists and differs is replaced with --force only."""
    path = tmp_path / "mine.zip"
    path.write_bytes(b"mine")
    with pytest.raises(UsageError, match="exists already and differs; give --force"):
        export_gradescope(course, GradescopeRequest(ASSIGNMENT, path))
    export_gradescope(course, GradescopeRequest(ASSIGNMENT, path, force=True))
    assert zipfile.is_zipfile(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_is_no_place(course: Course, tmp_path: Path) -> None:
    """A folder at the zip's path is named and not overwritten."""
    with pytest.raises(UsageError, match="is a folder"):
        export_gradescope(course, GradescopeRequest(ASSIGNMENT, tmp_path))


def test_the_index_is_where_pip_looks_too(course: Course) -> None:
    """An address is passed on, and other text is refused."""
    files = gradescope_files(course, ASSIGNMENT, index="https://index.example.org/cpu/")
    assert files["pip.conf"] == b"[global]\nextra-index-url = https://index.example.org/cpu\n"
    for wrong in ("cpu", "https://me:word@index.example.org", "https://x.org/a\nb", "file:///x"):
        with pytest.raises(UsageError, match=r"--index is .*: "):
            gradescope_files(course, ASSIGNMENT, index=wrong)


def test_what_cannot_be_graded_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a suite, an exercise or the assignment, no zip is made."""
    tiny = load_course(make_course(tmp_path, PROJECT))
    with pytest.raises(SuiteError, match="has no suite"):
        export_gradescope(tiny, GradescopeRequest(SUMS))
    document = json.loads(tiny.notebook(SUMS).read_text())
    document["cells"] = document["cells"][:1]
    tiny.notebook(SUMS).write_text(json.dumps(document))
    with pytest.raises(UsageError, match="Nothing of sums is graded automatically"):
        export_gradescope(tiny, GradescopeRequest(SUMS))
    monkeypatch.chdir(tmp_path)
    assert main(["export", "gradescope", "nope"]) == 2
    assert "There is no assignment 'nope'" in capsys.readouterr().err
    assert not (tiny.workspace / "packages").exists()


def test_an_exposed_secret_is_not_packed(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused, as grading refuses it."""
    monkeypatch.delenv("AUTOGRADER_SECRET")
    exposed = replace(course, secret_file=course.source / "course-secret")
    with pytest.raises(UsageError, match="whose files reach students"):
        export_gradescope(exposed, GradescopeRequest(ASSIGNMENT, tmp_path / "x.zip"))


def test_the_command_says_whom_the_zip_is_for(
    course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The result is the zip's path, and a sentence on stderr warns."""
    monkeypatch.chdir(course.root)
    assert main(["export", "gradescope", ASSIGNMENT, "--output", "course.zip"]) == 0
    output = capsys.readouterr()
    assert output.out == f"{course.root / 'course.zip'}\n"
    assert "do not share it" in output.err
    assert "--index" in output.err


def test_what_gradescope_installs_was_tested() -> None:
    """Each pin is that of this project's own tests, and none is missing."""
    pinned = pins(HERE / "requirements.txt")
    assert pinned["torch"] == "2.13.0"
    assert pinned.items() <= pins(PROJECT / "constraints.txt").items()
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert set(declared) - NOT_INSTALLED <= pinned.keys()
    for name in pinned:
        # What is asked for under a condition is asked for on other machines, or by an extra.
        needed = [line for line in requires(name) or [] if ";" not in line]
        named = {re.split(r"[^\w.-]", line)[0].lower().replace("_", "-") for line in needed}
        assert {one.replace(".", "-") for one in named} <= pinned.keys(), name


@pytest.mark.parametrize("name", ["setup.sh", "run_autograder.sh"])
def test_the_programs_are_bash(name: str) -> None:
    """bash parses them."""
    subprocess.run(["bash", "-n", HERE / name], check=True)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """An image that is being built; its programs are ours, and log their arguments."""
    (tmp_path / "source").mkdir()
    shutil.copy(HERE / "setup.sh", tmp_path / "source")
    (tmp_path / "bin").mkdir()
    for name in ("bash", "chmod", "cp", "env", "mkdir"):
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    return tmp_path


def program(image: Path, name: str, text: str) -> None:
    """Put a program into the image."""
    path = image / "bin" / name
    path.write_text(f'#!/usr/bin/env bash\n{text}\necho "{name} $*" >> {image}/asked\n')
    path.chmod(0o755)


def set_up(image: Path) -> "subprocess.CompletedProcess[str]":
    """Run setup.sh in the image."""
    return subprocess.run(
        ["bash", image / "source" / "setup.sh"],
        env={"PATH": str(image / "bin"), "AUTOGRADER_GRADESCOPE_ROOT": str(image)},
        capture_output=True,
        text=True,
        check=False,
    )


# Makes an environment that is another copy of itself.
PYTHON = 'if [ "$1 $2" = "-m venv" ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi'


def test_the_setup_installs_what_is_pinned(image: Path) -> None:
    """Its own environment gets the requirements, and only root may enter the source."""
    program(image, "python3.12", PYTHON)
    done = set_up(image)
    assert done.returncode == 0, done.stderr
    asked = (image / "asked").read_text()
    assert f"-m venv {image}/environment\n" in asked
    assert f"--requirement {image}/source/requirements.txt\n" in asked
    assert asked.endswith("-m autograder.export.gradescope.container prepare\n")
    assert stat.S_IMODE((image / "source").stat().st_mode) == 0o700


def test_the_setup_tells_of_a_missing_python(image: Path) -> None:
    """The distribution's Python is tried, and then a sentence says what to choose."""
    program(image, "python3", "exit 1")
    program(image, "apt-get", "")
    done = set_up(image)
    assert done.returncode == 1
    assert "choose a newer base image" in done.stderr
    assert "apt-get install" in (image / "asked").read_text()
