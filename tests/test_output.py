"""Terminals and pipes that lack letters: every command says what it has to say all the same."""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from autograder import cli
from autograder.commands.output import DONE, REVIEW
from autograder.export.gradescope import container
from autograder.selfcheck import command
from release import cli as release_cli
from release import demo
from tests.collecting.downloads import moodle, zipped
from tests.grading.fakes import ASSIGNMENT, answered, make_course

PROJECT = Path(__file__).parents[1]
ENCODINGS = ("ascii", "cp1252", "cp936", "utf-8")
TEXT = "✓ Σ(loss·n) ± “Łukasz” 李 \\U0001f600 \\udcff"
SHOWN = {
    "ascii": r'ok sum (loss*n) +- "\u0141ukasz" \u674e \U0001f600 \udcff',
    "cp1252": r"ok sum (loss·n) ± “\u0141ukasz” \u674e \U0001f600 \udcff",
    "cp936": r"ok Σ(loss·n) ± “\u0141ukasz” 李 \U0001f600 \udcff",
    "utf-8": "✓ Σ(loss·n) ± “Łukasz” 李 \U0001f600 \\udcff",
}


def run(encoding: str, folder: Path, *words: str, program: str = "-m") -> str:
    """What a command prints where its output has this encoding; it must not fail."""
    done = subprocess.run(
        [sys.executable, program, *words],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        check=False,
    )
    said = done.stderr.decode(encoding)
    assert done.returncode in {DONE, REVIEW}, said
    assert "Error" not in said, said
    return done.stdout.decode(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_is_missing_is_spelled(encoding: str, tmp_path: Path) -> None:
    """It is true that our own signs become words, and any other letter an escape."""
    program = f"""
import sys
from autograder.output import show_every_letter
show_every_letter()
print("{TEXT}")
print("{TEXT}", file=sys.stderr)
"""
    assert run(encoding, tmp_path, program, program="-c").strip() == SHOWN[encoding]


PROGRAMS: dict[str, Callable[[], object]] = {
    "autograder": lambda: cli.main(["--help"]),
    "submit": lambda: command.main(["--help"]),
    "release": lambda: release_cli.main(["--help"]),
    "gradescope": lambda: container.main(["--help"]),
    "demo": demo.main,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_can_print_anything(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that each program of ours sees to it before its first word."""

    def say_something(*_arguments: object) -> NoReturn:
        sys.stdout.write("✓ Łukasz\n")
        raise SystemExit

    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "ascii", write_through=True))
    monkeypatch.setattr(demo, "make_course", say_something)
    monkeypatch.setattr("argparse.ArgumentParser.parse_args", say_something)
    with pytest.raises(SystemExit):
        PROGRAMS[name]()
    assert written.getvalue() == rb"ok \u0141ukasz" + b"\n"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_collect(encoding: str, tmp_path: Path) -> None:
    """It is true that a name with any letters is told, and that its file arrives."""
    course = make_course(tmp_path, PROJECT)
    (course / "roster.csv").write_text("id,name\nl1,Łukasz Żółć\nl2,李 小龙\n", encoding="utf-8")
    names = ("Łukasz Żółć", "李 小龙", "Σ Niemand")
    path = zipped(tmp_path / "all.zip", *(moodle(name, number=n) for n, name in enumerate(names)))
    said = run(encoding, course, "autograder", "collect", str(path), ASSIGNMENT)
    assert f"{ASSIGNMENT}: 2 new" in said
    assert ("\\u674e" in said) == (encoding in {"ascii", "cp1252"})
    found = json.loads(
        run(encoding, course, "autograder", "collect", str(path), ASSIGNMENT, "--json", "-")
    )
    assert found["unassigned"][0]["name"] == "Σ Niemand_2"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_submit(encoding: str, tmp_path: Path) -> None:
    """It is true that a folder of any name can be handed in from, by the command."""
    folder = notebook_in(tmp_path / "Łukasz 李")
    said = run(encoding, folder, "autograder", "submit", "--no-run")
    assert "This is the file to upload." in said
    assert (folder / f"{ASSIGNMENT}-handin.zip").is_file()


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_submit_in_a_cell(encoding: str, tmp_path: Path) -> None:
    """It is true that what the command says reaches the cell, whatever a pipe's encoding is."""
    folder = notebook_in(tmp_path / "Łukasz é")
    said = run(encoding, folder, "from autograder import submit; submit()", program="-c")
    assert "This is the file to upload." in said
    assert ("Łukasz é" if encoding == "utf-8" else "\\u0141ukasz é") in said


def notebook_in(folder: Path) -> Path:
    """A new folder with a notebook in it that can be handed in."""
    folder.mkdir()
    cells = [cell["id"] for cell in answered()["cells"]]
    manifest = {"assignment": ASSIGNMENT, "version": "3-5f0c21ab", "cells": cells}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(answered()), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with the real assignment ``autograd``, and one notebook that is wrong."""
    root = tmp_path_factory.mktemp("Łukasz")
    shutil.copy(PROJECT / "course_config.py", root)
    source = PROJECT / "assignments" / "autograd" / "autograd.ipynb"
    notebook = root / "assignments" / "autograd" / source.name
    notebook.parent.mkdir(parents=True)
    shutil.copy(source, notebook)
    document = json.loads(source.read_bytes())
    for cell in document["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "dydx-solution":
            cell["source"] = "def dydx(x0):\n    raise ValueError('Łukasz ✓ 李')\n"
    handed_in = root / "workspace/submitted/s1/autograd/autograd.ipynb"
    handed_in.parent.mkdir(parents=True)
    handed_in.write_text(json.dumps(document), encoding="utf-8")
    return root


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_check(encoding: str, course: Path) -> None:
    """It is true that a title's signs and a student's words are shown as far as they can be."""
    handed_in = "workspace/submitted/s1/autograd/autograd.ipynb"
    said = run(encoding, course, "autograder", "check", handed_in, "--assignment", "autograd")
    assert "squared_mean_grad  6 of 6  PASSED" in said
    assert ("(3x + 1)²" if encoding in {"cp1252", "utf-8"} else "(3x + 1)^2") in said


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize("words", [("grade", "autograd"), ("doctor",)])
def test_grade_and_doctor(words: tuple[str, ...], course: Path) -> None:
    """It is true that they end, and that --json is UTF-8 whatever a terminal speaks."""
    assert run("ascii", course, "autograder", *words)
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *words, "--json", "-"],
        cwd=course,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert json.loads(done.stdout.decode())
