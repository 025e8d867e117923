"""How ``dydx`` is called. Public: runs beside student code and is part of the kit."""

from contextlib import nullcontext
from itertools import pairwise
from typing import Any

import torch

from autograder.model.exercise import Scenario
from autograder.probe.derivatives import DerivativeWitness
from autograder.probe.recorder import Recorder


def plan(dydx: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Ask for the derivative at one number after the other.

    Options: ``given`` (numbers to begin with), ``drawn`` (how many more are drawn), ``scale`` (the
    largest magnitude drawn), ``whole`` (draw integers), ``order`` (indices into the numbers, to ask
    for some again), ``watched`` (report whether a derivative of PyTorch's was seen at work).
    """
    options: dict[str, Any] = {
        "given": [], "scale": 4.0, "whole": False, "order": None, "watched": False,
        **scenario.options,
    }  # fmt: skip
    drawn = _draw(options["drawn"], scale=options["scale"], whole=options["whole"])
    numbers = [*options["given"], *drawn]
    returned: list[object] = []
    recorder.value("returned", returned)
    witness = DerivativeWitness()
    try:
        for index in options["order"] or range(len(numbers)):
            with witness if options["watched"] else nullcontext():
                returned.append(recorder.call(dydx, numbers[index]))
            recorder.value("returned", returned)
    finally:
        if options["watched"]:
            recorder.value("automatic", witness.saw_one)
    _explain_differences(returned, recorder)


def _draw(count: int, *, scale: float, whole: bool) -> list[float] | list[int]:
    """Numbers between 30% and 100% of ``scale`` on either side of zero, exact in float32."""
    drawn = torch.empty(count).uniform_(0.3 * scale, scale)
    drawn *= torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    return drawn.round().int().tolist() if whole else drawn.tolist()


def _explain_differences(returned: list[object], recorder: Recorder) -> None:
    """From one answer to the next: free of whatever earlier calls in the notebook left behind."""
    try:
        answers = [float(answer) for answer in returned]  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001 - whatever a student's object raises; then nothing is explained
        return
    differences = [after - before for before, after in pairwise(answers)]
    if any(differences):
        recorder.explain("symptoms", {"differences": differences})
