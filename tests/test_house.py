"""The house itself: contracts, dependencies, set-up, and what may stand in a committed file."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PYPROJECT = ROOT / "pyproject.toml"
OURS = {"autograder", "release", "tests", "course_config"}

SUITE = "autograder/suites/autograd/dydx"
# How a contract's name begins, a module to plant an import in, and the import that breaks it.
PLANTED = [
    ("the model is plain", "autograder/model/limits.py", "import torch"),
    ("imports go down", "autograder/errors.py", "import release"),
    ("imports go down", "autograder/terminal/escaping.py", "import autograder.collecting"),
    ("what runs beside", "autograder/probe/wire.py", "import autograder.judge"),
    ("what runs beside", f"{SUITE}/plan.py", f"import {SUITE}.hidden".replace("/", ".")),
    ("what runs beside", f"{SUITE}/scenarios.py", f"import {SUITE}.accepted".replace("/", ".")),
    ("the far side", "autograder/sandbox/inside/init.py", "import autograder.sandbox.kernel"),
    ("the far side", "autograder/sandbox/inside/linux.py", "import autograder.sandbox.leftovers"),
    ("the far side", "autograder/sandbox/a_new_module.py", ""),
    ("a suite is written", f"{SUITE}/plan.py", "import autograder.sandbox.kernel"),
    ("a suite is written", f"{SUITE}/scenarios.py", "import autograder.course.secret"),
    ("one assignment's suite", f"{SUITE}/plan.py", "import autograder.suites.training"),
    ("what collects", "autograder/collecting/person_names.py", "import autograder.sandbox"),
    ("other platforms", "release/package/zip_archive.py", "import autograder.export"),
    ("a release is built", "release/mutation/mutants.py", "import release.verify.results"),
    ("a release is built", "release/build.py", "import release.package.pack"),
    ("a release is built", "release/a_new_module.py", ""),
    ("nbgrader is entered", "autograder/judge/suite.py", "import nbgrader"),
    ("each other heavy", "autograder/course/settings.py", "import matplotlib"),
    ("each other heavy", "autograder/sandbox/outputs.py", "import nbformat"),
]


def project() -> dict[str, Any]:
    """``pyproject.toml``, parsed."""
    return tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))


def committed() -> list[Path]:
    """Every file that git keeps or would keep, deleted ones left out."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def committed_text() -> Iterator[tuple[str, str]]:
    """Name and text of every committed file that is text."""
    for path in committed():
        try:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter as ``make check`` does, on the house in ``folder``."""
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache"], cwd=folder, check=False, capture_output=True, text=True
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy of all that import-linter reads."""
    python_only = shutil.ignore_patterns("__pycache__", "*.ipynb")
    for name in ("autograder", "release"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=python_only)
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests/import_contracts.py", tmp_path / "tests")
    shutil.copy(PYPROJECT, tmp_path)
    return tmp_path


def test_the_house_keeps_its_contracts(copy: Path) -> None:
    """It is true that no import breaks a contract, and that each contract is broken below."""
    kept = lint_imports(copy)
    assert kept.returncode == 0, kept.stdout
    for contract in project()["tool"]["importlinter"]["contracts"]:
        assert any(contract["name"].startswith(name) for name, _, _ in PLANTED), contract["name"]


@pytest.mark.parametrize(("contract", "module", "line"), PLANTED)
def test_forbidden_imports_are_caught(copy: Path, contract: str, module: str, line: str) -> None:
    """It is true that one planted import, or a module in no layer, breaks its contract."""
    with (copy / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    broken = lint_imports(copy)
    assert broken.returncode != 0
    assert re.search(rf"^{contract}.* BROKEN", broken.stdout, re.MULTILINE), broken.stdout


def test_suites_are_told_apart() -> None:
    """It is true that every assignment's suite stands in the contract that keeps them apart."""
    suites = {
        f"autograder.suites.{path.parents[1].name}"
        for path in ROOT.glob("autograder/suites/*/*/scenarios.py")
    }
    contracts = project()["tool"]["importlinter"]["contracts"]
    (declared,) = (one["modules"] for one in contracts if one["type"] == "independence")
    assert set(declared) == suites


@pytest.mark.parametrize(
    "line", ["import pickle", "import joblib", "import torch\n\ntorch.load('x')"], ids=lambda x: x
)
def test_unpickling_is_refused(line: str) -> None:
    """It is true that ruff refuses every way of unpickling."""
    program = Path(sys.executable).with_name("ruff")
    verdict = subprocess.run(
        [program, "check", "--stdin-filename=autograder/judge/planted.py", "-"],
        cwd=ROOT,
        input=line,
        check=False,
        capture_output=True,
        text=True,
    )
    assert "TID251" in verdict.stdout


def test_dependencies_have_reasons() -> None:
    """It is true that every direct dependency says in its own line why it is here."""
    metadata = project()["project"]
    declared = [*metadata["dependencies"], *metadata["optional-dependencies"]["dev"]]
    text = PYPROJECT.read_text(encoding="utf-8")
    reasoned = re.findall(r'^    "([\w.-]+)", +# \w+', text, flags=re.MULTILINE)
    assert set(declared) <= set(reasoned)


def test_nobody_is_sent_to_a_strangers_package() -> None:
    """It is true that our distribution has a name of its own, and no text installs another's."""
    assert project()["project"]["name"] == "pytorch-notebook-autograder"
    by_name = re.compile(r"pip3?\s+(?:install|download)\s[^\n`]*(?<![\w/.-])autograder(?![\w/.-])")
    assert by_name.search("pip" + " install --upgrade 'autograder[cluster]'")
    assert not by_name.search("pip" + " install -e '.[cluster]' && autograder/suites")
    assert [name for name, text in committed_text() if by_name.search(text)] == []


def test_every_file_is_installed() -> None:
    """It is true that each file of ours matches a pattern of package data, and each pattern one."""
    (patterns,) = project()["tool"]["setuptools"]["package-data"].values()
    matched: dict[str, list[str]] = {pattern: [] for pattern in patterns}
    for path in committed():
        if path.relative_to(ROOT).parts[0] in {"autograder", "release"} and path.suffix != ".py":
            fitting = [pattern for pattern in patterns if path.match(pattern)]
            assert fitting, path
            matched[fitting[0]].append(path.name)
    assert [pattern for pattern, names in matched.items() if not names] == []


def test_imports_are_declared() -> None:
    """It is true that what we import is a direct dependency, and is pinned."""
    metadata = project()["project"]
    declared = {*metadata["dependencies"], *metadata["optional-dependencies"]["dev"]}
    pinned = set(re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    assert declared <= pinned
    names = packages_distributions()
    for path in committed():
        if path.suffix != ".py" or path.name == "accepted.py":
            continue
        for module in imported_modules(path) - OURS - sys.stdlib_module_names:
            found = {name.lower().replace("_", "-") for name in names.get(module, [module])}
            assert found & declared, f"{path.relative_to(ROOT)} imports {module}"


def imported_modules(path: Path) -> set[str]:
    """Top-level names that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?<![\w.}\]])/(?:work|root)/\w",
        r"pypi\.org|pythonhosted\.org|deb\.debian\.org|npmjs\.org|download\.pytorch\.org",
    ],
    ids=["folders of one machine", "registry hosts"],
)
def test_files_fit_any_machine(pattern: str) -> None:
    """It is true that no committed text names a folder of one machine, or a registry's host."""
    assert [name for name, text in committed_text() if re.search(pattern, text)] == []


def test_notebooks_have_no_outputs() -> None:
    """It is true that notebooks are committed without outputs and without execution counts."""
    for name, text in committed_text():
        if not name.startswith("assignments/") or not name.endswith(".ipynb"):
            continue
        for cell in json.loads(text)["cells"]:
            assert not cell.get("outputs"), f"{name}: cell {cell['id']} has outputs"
            assert cell.get("execution_count") is None, f"{name}: cell {cell['id']} has a count"


def test_ci_runs_the_readme_command() -> None:
    """It is true that CI runs the test command that the README gives."""
    assert "\nmake test\n" in (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_setup_names_what_is_missing(tmp_path: Path) -> None:
    """It is true that a machine without a fitting Python gets one sentence that says so."""
    old = tmp_path / "python-of-old"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo Python 3.8.1\nexit 1\n')
    old.chmod(0o755)
    for python, sentence in ((old, "is Python 3.8.1"), (tmp_path / "none", "there is no")):
        answer = subprocess.run(
            [ROOT / ".ci/setup", python], check=False, capture_output=True, text=True
        )
        assert answer.returncode == 1
        assert sentence in answer.stderr
        assert answer.stderr.count("\n") == 1
