"""One zygote for all tests of this room, and the exercise that they observe."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.model.limits import Limits
from autograder.model.program import Cell, Program, Run
from autograder.sandbox.kit import build_kit
from autograder.sandbox.sandbox import KernelSandbox

# `double(x)` is asked for 2x; as small as an exercise can be.
PLAN = """
def plan(target, scenario, recorder):
    recorder.value("result", recorder.call(target, scenario.options["x"]))
"""

Execute = Callable[..., Run]


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The student kit with an exercise of our own beside the course's."""
    kit = build_kit(tmp_path_factory.mktemp("kit"))
    folder = kit / "autograder" / "suites" / "demo" / "double"
    folder.mkdir(parents=True)
    for package in (folder, folder.parent):
        (package / "__init__.py").touch()
    (folder / "plan.py").write_text(PLAN, encoding="utf-8")
    return kit


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that student code must not see."""
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "gradebook.db").write_text("grades", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def sandbox(kit: Path, workspace: Path) -> Iterator[KernelSandbox]:
    """A zygote that is warm."""
    with KernelSandbox.start(kit=kit, hidden=[workspace]) as running:
        yield running


@pytest.fixture
def execute(sandbox: KernelSandbox) -> Execute:
    """Run cells, given as text, in a kernel of their own."""

    def run(*sources: str, limits: Limits | None = None) -> Run:
        cells = tuple(Cell(source) for source in sources)
        return sandbox.run(Program(cells), limits or Limits())

    return run
