"""Inputs that were once judged wrongly, each with its right verdict, and siblings of each.

One solution cell a file, ``wild/<exercise>/<name>.py``. Its first comment lines are the verdict:

- ``# verdict: right`` (full points) or ``# verdict: wrong``;
- ``# names: no-zero`` the mistake that must be named; several where any will do, ``none`` for none;
- ``# says: parentheses`` words that the hint or a failed check's message must hold;
- ``# never: the training is right`` words that must stand nowhere;
- ``# spares: test_x test_y`` checks that must pass, because their titles are true of this code.
"""

import re
from pathlib import Path

import pytest

from autograder.checks.advice import advise
from autograder.model.verdict import Outcome
from tests.suites.workbench import EXERCISES, workbench

WILD = Path(__file__).parent / "wild"
KEY = {exercise.split("/")[1]: exercise for exercise in EXERCISES}
LINE = re.compile(r"^# (verdict|names|says|never|spares): (.*)$", re.MULTILINE)


def each_file() -> list[object]:
    """Every file, by its exercise and its name."""
    paths = sorted(WILD.glob("*/*.py"))
    names = [f"{path.parent.name}-{path.stem}" for path in paths]
    return [pytest.param(path, id=name) for path, name in zip(paths, names, strict=True)]


@pytest.mark.parametrize("path", each_file())
def test_the_verdict_is_right(path: Path) -> None:
    """It is true that this cell gets the verdict, the name and the words that it should."""
    source = path.read_text(encoding="utf-8")
    wanted = dict(LINE.findall(source))
    bench = workbench(KEY[path.parent.name])
    actual = bench.observe(source)
    results = bench.verdict(actual).checks
    case = bench.attempt(actual, results, source)
    advice = advise(case, bench.look_alikes, signatures=bench.signatures)
    lost = {result.name: result for result in results if result.outcome is not Outcome.PASSED}
    assert case.passed == (wanted["verdict"] == "right"), lost
    said = " ".join([advice.hint or "", *(result.message for result in lost.values())])
    if "names" in wanted:
        assert (advice.diagnosis or "none") in wanted["names"].split(), (advice, said)
    assert wanted.get("says", "") in said
    assert "never" not in wanted or wanted["never"] not in said
    assert lost.keys() & {*wanted.get("spares", "").split()} == set()
