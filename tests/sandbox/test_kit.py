"""What students get, and what they do not."""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.sandbox.kit import add_far_side, build_kit

SECRETS = ("hidden", "accepted", "misconceptions", "judge", "grading", "sandbox", "feedback")


def test_holds_no_answer(tmp_path: Path) -> None:
    """It is true that no part of the kit's paths names an answer or the trusted side."""
    kit = build_kit(tmp_path / "kit")
    files = [path.relative_to(kit) for path in kit.rglob("*") if path.is_file()]
    assert Path("autograder/probe/session.py") in files
    parts = {Path(part).stem for path in files for part in path.parts}
    assert not parts & set(SECRETS)


def test_recorded_is_added(tmp_path: Path) -> None:
    """It is true that recorded observations lie where the self-check looks for them."""
    recorded = tmp_path / "recorded"
    (recorded / "training").mkdir(parents=True)
    (recorded / "training" / "train_step.json").write_text("{}", encoding="utf-8")
    kit = build_kit(tmp_path / "kit", recorded=recorded)
    assert (kit / "autograder/recorded/training/train_step.json").is_file()


def test_overwrites_nothing(tmp_path: Path) -> None:
    """It is true that a folder with something in it is refused and left as it is."""
    (tmp_path / "mine").touch()
    with pytest.raises(UsageError, match="is not empty"):
        build_kit(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_unwritable_destination(tmp_path: Path) -> None:
    """It is true that a destination that cannot be a folder is one sentence."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written to"):
        build_kit(tmp_path / "file" / "kit")


def run_beside(kit: Path, code: str) -> str:
    """What a program prints that finds ``autograder`` in the kit, and runs in no project."""
    program = f"import sys; sys.path.insert(0, {str(kit)!r}); {code}"
    shown = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True, cwd="/"
    )
    return shown.stdout


def test_stands_alone(tmp_path: Path) -> None:
    """It is true that the kit works with nothing of this project beside it."""
    code = "import autograder.probe.session; from autograder import check; print(check.__name__)"
    assert run_beside(build_kit(tmp_path / "kit"), code) == "check\n"


def test_the_far_side_is_whole(tmp_path: Path) -> None:
    """It is true that the zygote's own module can be imported from the kit."""
    kit = build_kit(tmp_path / "kit")
    add_far_side(kit)
    code = "import autograder.sandbox.inside.zygote as zygote; print(zygote.__file__)"
    assert run_beside(kit, code) == f"{kit}/autograder/sandbox/inside/zygote.py\n"
