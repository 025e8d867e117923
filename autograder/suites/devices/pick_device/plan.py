"""How ``pick_device`` is called. Public: runs beside student code and is part of the kit."""

from contextlib import suppress
from typing import Any

import torch

from autograder.model.exercise import Scenario
from autograder.probe.fake_accelerators import pretended_machine
from autograder.probe.recorder import Recorder


def plan(pick_device: Any, scenario: Scenario, recorder: Recorder) -> None:
    """Ask again and again, on machines that have CUDA or not as the seed has drawn it.

    The first machine never has it, the second one always.

    Options: ``calls``, ``gpus`` (how many there are, where there are any), ``mps`` (whether the
    machine has Apple's accelerator).
    """
    options: dict[str, Any] = {"calls": 8, "gpus": 1, "mps": False, **scenario.options}
    drawn = torch.randint(0, 2, (options["calls"],)).tolist()
    answers: list[object] = []
    recorder.value("kinds", [])
    for has_cuda in [0, 1, *drawn[2:]]:
        with pretended_machine(cuda=has_cuda * options["gpus"], mps=options["mps"]):
            answers.append(recorder.call(pick_device))
        recorder.value("kinds", [_kind(answer) for answer in answers])
        recorder.value("devices", [_without_index(answer) for answer in answers])


def _kind(answer: object) -> str:
    """``cuda`` of a device or of its name, whatever its index; the type of anything else."""
    if isinstance(answer, str):
        with suppress(RuntimeError):
            return torch.device(answer).type
    return answer.type if isinstance(answer, torch.device) else f"a {type(answer).__name__}"


def _without_index(answer: object) -> object:
    return torch.device(answer.type) if isinstance(answer, torch.device) else _kind(answer)
