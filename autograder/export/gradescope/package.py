"""Makes the zip that an instructor uploads to Gradescope. In the operator's process.

It holds what grading one assignment needs, answers and course secret included. It is for the
instructor alone, so the file gets mode 0600. The same course makes the same bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import autograder
from autograder.course.files import write_atomically
from autograder.course.history import history_files
from autograder.course.secret import secret_of
from autograder.course.settings import CONFIG_NAME, Course
from autograder.course.urls import web_address
from autograder.errors import UsageError
from autograder.export.gradescope.container import SECRET, WORKSPACE
from autograder.judge.assignment import load_assignment
from autograder.selfcheck.reproducible_zip import zip_bytes

HERE = Path(__file__).parent
PACKAGE = Path(autograder.__file__).parent
SUITES = "suites"
# A container has no use for these.
EXCLUDED_FOLDERS = frozenset({"collecting", "__pycache__"})
OWNER_ONLY, EXECUTABLE = 0o600, 0o755
SECRECY_NOTICE = (
    "The zip holds every answer of this assignment and the course secret: upload it to Gradescope, "
    "and do not share it."
)
CUDA_NOTICE = (
    "pip will install PyTorch with CUDA, several gigabytes. The CPU build is enough: give --index "
    "the address that PyTorch's installation page shows for Pip and CPU."
)


@dataclass(frozen=True, slots=True)
class GradescopeRequest:
    """What the operator asked for.

    Attributes:
        assignment: The assignment's name.
        output: Where the zip goes; None for the workspace's packages.
        index: Address of a second package index; empty for none.
        force: Replace an existing zip that differs.
    """

    assignment: str
    output: Path | None = None
    index: str = ""
    force: bool = False


def export_gradescope(course: Course, request: GradescopeRequest) -> Path:
    """Write the zip; returns its path.

    Raises:
        UsageError: There is no such assignment, nothing of it is graded automatically, the course
            secret is exposed, or another file would be overwritten.
        SuiteError: An exercise has no suite, or does not fit it.
    """
    name = request.assignment
    path = request.output or course.workspace / "packages" / f"{name}-gradescope.zip"
    content = zip_bytes(
        gradescope_files(course, name, index=request.index),
        modes={
            "setup.sh": EXECUTABLE,
            "run_autograder": EXECUTABLE,
            f"{WORKSPACE}/{SECRET}": OWNER_ONLY,
        },
    )
    if path.is_dir():
        raise UsageError(f"{path} is a folder; give the name of a file.")
    if path.exists() and not request.force and path.read_bytes() != content:
        raise UsageError(f"{path} exists already and differs; give --force to replace it.")
    write_atomically(path, content, mode=OWNER_ONLY)
    return path


def gradescope_files(course: Course, name: str, *, index: str = "") -> dict[str, bytes]:
    """The zip's files: path in the zip → content."""
    notebook = course.notebook(name)
    if not load_assignment(name, notebook).exercises:
        raise UsageError(f"Nothing of {name} is graded automatically; Gradescope needs no zip.")
    files = {
        "setup.sh": (HERE / "setup.sh").read_bytes(),
        "run_autograder": (HERE / "run_autograder.sh").read_bytes(),
        "requirements.txt": (HERE / "requirements.txt").read_bytes(),
        f"assignments/{name}/{name}.ipynb": notebook.read_bytes(),
        f"{WORKSPACE}/{SECRET}": secret_of(course) + b"\n",
    }
    if index:
        address = web_address(index, "--index")
        files["pip.conf"] = f"[global]\nextra-index-url = {address}\n".encode()
    for setting in (CONFIG_NAME, "nbgrader_config.py"):
        if (course.root / setting).is_file():
            files[setting] = (course.root / setting).read_bytes()
    for path in history_files(course, name):
        inside = path.relative_to(course.workspace).as_posix()
        files[f"{WORKSPACE}/{inside}"] = path.read_bytes()
    for path in _grader_files(name):
        files[f"{PACKAGE.name}/{path.as_posix()}"] = (PACKAGE / path).read_bytes()
    return files


def _grader_files(assignment: str) -> Iterator[Path]:
    """This package's files, without the suites of other assignments."""
    for path in sorted(PACKAGE.rglob("*")):
        inside = path.relative_to(PACKAGE)
        is_others = inside.parts[0] == SUITES and inside.parts[1:2] not in {
            (assignment,),
            ("__init__.py",),
        }
        if path.is_file() and EXCLUDED_FOLDERS.isdisjoint(inside.parts) and not is_others:
            yield inside
