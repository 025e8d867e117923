"""What importing the autograder does to the process that it is in."""

import subprocess
import sys

import pytest


def run_apart(program: str) -> str:
    """What a program of its own prints."""
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=100
    )
    return shown.stdout.strip()


def test_reading_notebooks_builds_no_grammar() -> None:
    """It is true that a process which grades does not build jsonschema's grammar of IRIs."""
    program = """
import sys
import autograder.grading.worker, autograder.nbgrader_plugins.autograde
print("jsonschema" in sys.modules, "rfc3987_syntax" in sys.modules)
"""
    assert run_apart(program) == "True False"


@pytest.mark.parametrize("first", ["autograder.grading", "jsonschema", "rfc3987_syntax"])
def test_others_find_everything(first: str) -> None:
    """It is true that IRIs are checked, and the grammar imported, whatever is imported first."""
    program = f"""
import {first}, autograder.grading, jsonschema
check = jsonschema.FormatChecker().conforms
print(check("http://ä.example", "iri"), check("http://a b", "iri"), check("ä b", "iri-reference"))
import rfc3987_syntax
print(rfc3987_syntax.__spec__.name)
"""
    assert run_apart(program).split() == ["True", "False", "False", "rfc3987_syntax"]
