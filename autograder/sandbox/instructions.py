"""The instructions for the bootstrap process and the zygote. Trusted side.

They learn the paths that they must show and hide, nothing else: no environment variable, no file
of the course, no secret.
"""

import importlib.util
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import asdict
from os.path import normpath
from pathlib import Path
from typing import Any

from autograder.errors import SandboxError
from autograder.model.limits import Limits
from autograder.model.verdict import Confinement
from autograder.sandbox.inside.file_view import SYSTEM, overmounted, readable_parts

PROJECT = Path(__file__).resolve().parents[2]
_MUST_IMPORT = ("torch", "numpy", "ipykernel", "IPython", "matplotlib", "tqdm")
_PACKAGES_WITH_ANSWERS = ("autograder", "release")


def instructions_for(
    folder: Path,
    hidden: Iterable[Path],
    limits: Limits,
    level: Confinement,
    *,
    is_rehearsal: bool,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the bootstrap process and then the zygote need to know."""
    runtime = _runtime()
    is_reduced = level is Confinement.REDUCED
    paths: dict[str, Any] = {
        "hidden": [str(path) for path in _hidden(folder, hidden)],
        "overmounted": overmounted(runtime),
    }
    if is_reduced:
        paths |= _prepare_reduced(folder, runtime)
    bootstrap = {
        "is_reduced": is_reduced,
        "base": str(folder / "root"),
        "kit": str(folder / "kit"),
        "runtime": runtime,
        "masked": _masked(runtime),
        "prefix": normpath(sys.prefix),
        # Through `..` it would lead over folders that the view does not have.
        "executable": normpath(sys.executable),
    }
    zygote = {
        "site": _site_folders(),
        "prefix": normpath(sys.prefix),
        "paths": paths,
        "limits": asdict(limits),
        "is_rehearsal": is_rehearsal,
    }
    return bootstrap, zygote


def _prepare_reduced(folder: Path, runtime: list[str]) -> dict[str, Any]:
    """What replaces a file view; other users may pass through the folder, not look."""
    folder.chmod(0o711)
    kit = str(folder / "kit")
    return {
        "kit": kit,
        "readable": [kit, *readable_parts([*SYSTEM, *runtime], _masked(runtime))],
        "folder": str(folder),
    }


def _site_folders() -> list[str]:
    """Where the packages that a kernel imports are installed."""
    folders = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    for name in _MUST_IMPORT:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            message = f"the Python package {name} is not installed; student notebooks need it"
            raise SandboxError(message)
        folders.append(str(Path(spec.origin).parents[1]))
    return list(dict.fromkeys(normpath(folder) for folder in folders))


def _runtime() -> list[str]:
    """Folders of the Python installation and of its packages."""
    standard = sysconfig.get_path("stdlib")
    folders = [sys.prefix, sys.base_prefix, standard, *_site_folders()]
    return list(dict.fromkeys(normpath(folder) for folder in folders))


def _masked(runtime: list[str]) -> list[str]:
    """Installed copies of our own packages, which hold the answers."""
    inside = [Path(site, name) for site in _site_folders() for name in _PACKAGES_WITH_ANSWERS]
    return [
        str(path)
        for path in inside
        if path.is_dir() and any(path.is_relative_to(shown) for shown in runtime)
    ]


def _hidden(folder: Path, more: Iterable[Path]) -> list[Path]:
    """What every fork looks for and must not find."""
    own: list[Any] = [folder, PROJECT / "autograder", PROJECT / "assignments", Path.home()]
    named = [Path(path).resolve() for path in (*own, *more)]
    shown = [Path(path) for path in _runtime()]
    # A home that leads to the runtime exists, with nothing else in it.
    return [path for path in named if not any(part.is_relative_to(path) for part in shown)]
