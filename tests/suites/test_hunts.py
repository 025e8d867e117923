"""Bug hunts: the function that students are given is wrong, earns nothing and has a name."""

import pytest

from tests.suites.workbench import notebook_cell, workbench

GIVEN = {
    "debugging/fix_accumulation": "accumulated",
    "debugging/fix_double_sigmoid": "double-sigmoid",
    "debugging/fix_device_mix": "batch-not-moved",
}
# What nbgrader puts in the place of the repair.
STUB = "    # YOUR CODE HERE\n    raise NotImplementedError()\n"


@pytest.mark.parametrize(("exercise", "name"), GIVEN.items())
def test_a_bug_as_given_earns_nothing(exercise: str, name: str) -> None:
    """It is true that the cell as students get it scores exactly 0 and is diagnosed."""
    given = notebook_cell(exercise, "-solution").partition("    ### BEGIN SOLUTION")[0]
    grade = workbench(exercise).grade(given + STUB)
    assert (grade.share, grade.diagnosis) == (0, name)
