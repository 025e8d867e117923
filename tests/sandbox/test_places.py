"""Wherever the runtime lies, student code finds it and nothing beside it."""

import os
import subprocess
import sysconfig
import venv
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
_RUN = """
from autograder.model.limits import Limits
from autograder.model.program import Cell, Program
from autograder.sandbox.sandbox import KernelSandbox

cells = (
    "import sys, os, tempfile, colorsys",
    "print(os.path.exists(sys.executable), os.listdir(os.path.dirname(sys.prefix)))",
    "print(os.access(sys.prefix, os.W_OK), bool(tempfile.mkstemp()))",
)
with KernelSandbox.start() as sandbox:
    run = sandbox.run(Program(tuple(Cell(source) for source in cells)), Limits())
print([output.get("text", output) for outputs in run.outputs for output in outputs])
"""


@pytest.mark.kernel
@pytest.mark.slow
def test_a_virtual_environment_under_tmp(tmp_path: Path) -> None:
    """It is true that a runtime where each fork has a tmpfs of its own stays visible, read-only."""
    place = tmp_path / "checkout"
    (place / "answers").mkdir(parents=True)
    venv.create(place / "venv", symlinks=True)
    paths = [str(PROJECT), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    done = subprocess.run(
        [place / "answers/../venv/bin/python", "-c", _RUN],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[\"True ['venv']\\n\", 'False True\\n']"
