"""``make demo``: a course of its own, released, handed in by a made-up class, and graded.

Runs as the operator and types what a course team types: every step is a command that is shown.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from autograder.errors import AutograderError, SandboxError
from autograder.output import show_every_letter
from release.sample_class import make_class, variants_of

PROJECT = Path(__file__).parents[1]
ASSIGNMENTS = ("autograd", "training")
BIN = Path(sys.executable).parent
CELL_SECONDS = 3
WIDTH_IN_A_FILE = 120
OUTCOME_STYLES = {"PASSED": "green", "FAILED": "red", "RAISED": "red"}


def main() -> int:
    """Make the course, grade the class, and say where everything is."""
    show_every_letter()
    width = None if sys.stdout.isatty() else WIDTH_IN_A_FILE
    console = Console(highlight=False, soft_wrap=True, width=width)
    started = time.monotonic()
    try:
        demonstrate(make_course(PROJECT / "workspace" / "demo"), console)
    except AutograderError as error:
        print(f"demo: {error}", file=sys.stderr)
        return error.exit_code
    console.print(f"\nAll of this took {time.monotonic() - started:.0f} seconds.")
    return 0


def make_course(folder: Path) -> Path:
    """A fresh course in ``folder``, with the settings and source notebooks of this one."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "workspace").mkdir(parents=True)
    for name in ASSIGNMENTS:
        shutil.copytree(PROJECT / "assignments" / name, folder / "assignments" / name)
    shutil.copy(PROJECT / "nbgrader_config.py", folder)
    settings = (PROJECT / "course_config.py").read_text(encoding="utf-8")
    settings += "\n# The class has an endless loop in it: stop it soon.\n"
    settings += f"c.Course.cell_seconds = {CELL_SECONDS}\n"
    (folder / "course_config.py").write_text(settings, encoding="utf-8")
    return folder


def demonstrate(course: Path, console: Console) -> None:
    """Release, hand in, grade, and show, with every command as a person would type it."""
    console.print(f"A course of its own in {_shown(course)}; every command below runs there.\n")
    run(course, console, ("release", "build", *ASSIGNMENTS, "--unverified"))
    for name in ASSIGNMENTS:
        handed_in = hand_in(course, name)
        console.print(f"# {len(handed_in)} students hand in {name}; the first four are broken.\n")
        results = f"workspace/results/{name}.json"
        run(course, console, ("autograder", "grade", name, "--json", results))
        graded = json.loads((course / results).read_text(encoding="utf-8"))
        console.print(table(graded, handed_in))
        console.print(problems(graded))
    pages = [("nbgrader", "generate_feedback", name) for name in ASSIGNMENTS]
    run(course, console, *pages, quiet=True)
    console.print(directions(course))


def hand_in(course: Path, assignment: str) -> Mapping[str, Mapping[str, str]]:
    """Put the class's files where collecting would; returns what each student did."""
    workspace = course / "workspace"
    released = workspace / "release" / assignment / f"{assignment}.ipynb"
    handed_in = {}
    for one in make_class(released.read_text(encoding="utf-8"), variants_of(assignment)):
        folder = workspace / "submitted" / one.student / assignment
        folder.mkdir(parents=True)
        (folder / released.name).write_bytes(one.content)
        handed_in[one.student] = one.handed_in
    return handed_in


def run(course: Path, console: Console, *commands: Sequence[str], quiet: bool = False) -> None:
    """Run programs of the virtual environment in the course, at once, showing their progress.

    Raises:
        SandboxError: One of them did not do its work.
    """
    started = time.monotonic()
    for command in commands:
        console.print(f"[bold]$ {' '.join(command)}[/]")
    with ThreadPoolExecutor(len(commands)) as pool:
        for _ in pool.map(lambda command: _run(course, command, quiet=quiet), commands):
            pass
    console.print(f"[dim]done in {time.monotonic() - started:.0f} s[/]\n")


def _run(course: Path, command: Sequence[str], *, quiet: bool) -> None:
    program, *words = command
    done = subprocess.run(
        [str(BIN / program), *words],
        cwd=course,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        check=False,
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE if quiet else None,
    )
    if done.returncode not in {0, 1}:
        said = f":\n{done.stderr}" if quiet else ""
        message = f"{program} {words[0]} ended with exit code {done.returncode}{said}"
        raise SandboxError(message)


def table(results: Mapping[str, Any], handed_in: Mapping[str, Mapping[str, str]]) -> Table:
    """One line a student and exercise: what the grader found beside what was handed in."""
    out_of = results["submissions"][0]["max_score"]
    shown = Table(box=SIMPLE, title=f"{results['assignment']}, {out_of:g} points")
    shown.add_column("student")
    shown.add_column("score", justify="right")
    for heading in ("exercise", "outcome", "diagnosis", "handed in"):
        shown.add_column(heading, no_wrap=True)
    for row in results["submissions"]:
        heads = (row["student"], f"{row['score']:g}")
        for one in row["exercises"]:
            style = OUTCOME_STYLES.get(one["outcome"], "yellow")
            outcome = f"[{style}]{one['outcome']}[/]"
            given = handed_in[row["student"]][one["name"]]
            shown.add_row(*heads, one["name"], outcome, one["diagnosis"] or "", given)
            heads = ("", "")
    return shown


def problems(results: Mapping[str, Any]) -> str:
    """What the grader has to say about submissions as a whole."""
    rows = [(row["student"], text) for row in results["submissions"] for text in row["problems"]]
    return "".join(f"  {student}: {text}\n" for student, text in rows)


def directions(course: Path) -> str:
    """Where a person finds what was made, and what to type next."""
    here = _shown(course / "workspace")
    return f"""
Gradebook        {here}/gradebook.db
Results          {here}/results/training.json
Feedback pages   {here}/feedback/s006/training/training.html
Student version  {here}/release/training/training.ipynb
Formgrader       cd {_shown(course)} && {BIN}/jupyter server --allow-root, then
                 /formgrader with the token that it prints"""


def _shown(path: Path) -> str:
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else str(path)


if __name__ == "__main__":
    sys.exit(main())
