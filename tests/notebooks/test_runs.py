"""The source notebooks under stock nbgrader and in a real kernel."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.notebooks.printed import EXERCISES, PROJECT, WRITTEN, cells_by_id, read, source_path

# Stands for the package's own check, which tests/selfcheck judges; all else is the package's own.
STAND_IN = (
    f"__path__ = [{str(PROJECT / 'autograder')!r}]\n"
    "def check(exercise):\n    print(exercise.__name__)\n"
)


# What formgrader's button does, for one assignment after another: nbgrader starts once.
GENERATE = """
import sys
from nbgrader.apps import NbGraderAPI

for name in sys.argv[1:]:
    made = NbGraderAPI().generate_assignment(name)
    if not made["success"]:
        sys.exit(f"{name}: {made}")
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a course with nbgrader's own defaults, whose students' versions nbgrader has made."""
    course = tmp_path_factory.mktemp("course")
    package = course / "stand_in" / "autograder"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(STAND_IN)
    for name in EXERCISES:
        folder = course / "source" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.ipynb").write_bytes(source_path(name).read_bytes())
    # A new gradebook is made by the alembic program, found on PATH.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", GENERATE, *EXERCISES],
        cwd=course,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return course


def run_in_kernel(path: Path, course: Path) -> NotebookNode:
    """Run every cell of the notebook at ``path`` in a real kernel; a cell that raises fails it."""
    notebook = read(path)
    environment = os.environ | {"PYTHONPATH": str(course / "stand_in")}
    # Without it the kernel draws into the notebook, as at a student's.
    environment.pop("MPLBACKEND", None)
    client = NotebookClient(notebook, timeout=60, kernel_name="python3")
    client.execute(cwd=str(course), env=environment)
    return notebook


def outputs(notebook: NotebookNode, cell_id: str) -> str:
    """Return what a cell printed."""
    return "".join(
        output.text
        for output in cells_by_id(notebook)[cell_id].outputs
        if output.output_type == "stream" and output.name == "stdout"
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", EXERCISES)
def test_stock_nbgrader_generates_it(name: str, course: Path) -> None:
    """It is true that the student gets stubs, no word of a solution, and the same points."""
    notebook = read(course / "release" / name / f"{name}.ipynb")
    cells = cells_by_id(notebook)
    assert list(cells) == list(cells_by_id(read(source_path(name))))
    for exercise, printed in EXERCISES[name].items():
        stub = cells[f"{exercise}-solution"].source
        assert stub.startswith(f"{printed.definition}\n")
        assert stub.endswith("    raise NotImplementedError()")
        assert stub.count("# YOUR CODE HERE\n") == stub.count("raise NotImplementedError()") > 0
        assert cells[exercise].metadata["nbgrader"]["points"] == printed.points
        # Of a bug hunt's two functions, the repaired one must be gone.
        assert stub.count(f"{exercise}(") == 1
    for exercise in WRITTEN.get(name, {}):
        assert cells[exercise].source == "YOUR ANSWER HERE"
    assert "SOLUTION" not in nbformat.writes(notebook)


@pytest.mark.kernel
@pytest.mark.slow
@pytest.mark.parametrize("name", EXERCISES)
def test_blank_version_runs_top_to_bottom(name: str, course: Path) -> None:
    """It is true that a student who has written nothing yet can run every cell."""
    notebook = run_in_kernel(course / "release" / name / f"{name}.ipynb", course)
    for exercise in EXERCISES[name]:
        assert outputs(notebook, exercise) == f"{exercise}\n"


@pytest.mark.kernel
@pytest.mark.slow
def test_autograd_shows_what_its_text_says(course: Path) -> None:
    """It is true that the source runs, and that 49, 42 and 84 come out as the text has them."""
    notebook = run_in_kernel(source_path("autograd"), course)
    assert outputs(notebook, "squared_mean_grad") == "squared_mean_grad\n"
    assert outputs(notebook, "one-derivative-forward").startswith("tensor(49.")
    assert outputs(notebook, "one-derivative-backward") == "tensor(42.)\n"
    assert outputs(notebook, "backward-adds-example") == "tensor(84.)\n"


@pytest.mark.kernel
@pytest.mark.slow
def test_training_draws_a_loss_that_falls(course: Path) -> None:
    """It is true that the source runs, and that it shows one small picture."""
    notebook = run_in_kernel(source_path("training"), course)
    assert outputs(notebook, "train_epoch") == "train_epoch\n"
    results = cells_by_id(notebook)["curve-example"].outputs
    (picture,) = (result for result in results if result.output_type == "display_data")
    assert len(picture.data["image/png"]) < 30_000
    last_loss = float(outputs(notebook, "curve-example").rsplit(maxsplit=1)[-1])
    assert last_loss < 0.05


@pytest.mark.kernel
@pytest.mark.slow
def test_devices_shows_what_its_text_says(course: Path) -> None:
    """It is true that the source runs on any machine, and that both complaints are shown."""
    notebook = run_in_kernel(source_path("devices"), course)
    assert outputs(notebook, "train_step_on") == "train_step_on\n"
    assert outputs(notebook, "tensors-example") == (
        "t is on cpu\nt is on cpu and moved is on simgpu:0\n"
    )
    assert "mat1 is on cpu, different from other tensors" in outputs(notebook, "mixing-example")
    assert "Use Tensor.cpu()" in outputs(notebook, "numpy-example")
    assert "computed on simgpu:0 and arrived on cpu" in outputs(notebook, "gradients-example")
    assert "may ever be trained with: False" in outputs(notebook, "no-graph-example")


@pytest.mark.kernel
@pytest.mark.slow
def test_debugging_shows_its_symptoms(course: Path) -> None:
    """It is true that the source runs, and that each mistake shows itself as the text says."""
    notebook = run_in_kernel(source_path("debugging"), course)
    assert outputs(notebook, "fix_device_mix") == "fix_device_mix\n"
    first, *_, last = outputs(notebook, "pile-up-proof").splitlines()
    assert 3 * float(first.split()[-1]) == pytest.approx(float(last.split()[-1]), abs=0.01)
    assert "from   0.0" in outputs(notebook, "twice-proof")
    assert "200.000, by a detour  100.000" in outputs(notebook, "twice-large")
    assert "mat1 is on cpu, different from other tensors" in outputs(notebook, "loud-example")
    assert outputs(notebook, "loud-trap").split()[-1] == "cpu"
    assert "at least two devices, simgpu:0 and cpu!" in outputs(notebook, "loud-second")
