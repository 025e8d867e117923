"""A pretended machine: every style of asking is answered, and nothing of it stays."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.cuda import is_available as imported_before

from autograder.probe.pretence import pretended_machine

kept_before = torch.cuda.is_available
STYLES: dict[str, Callable[[], Any]] = {
    "imported name": imported_before,
    "kept reference": kept_before,
    "attribute": lambda: bool(torch.cuda.is_available()),
    "count": lambda: torch.cuda.device_count() > 0,
    "accelerator": lambda: torch.accelerator.current_accelerator() == torch.device("cuda"),
    "available accelerator": torch.accelerator.is_available,
}


@pytest.mark.parametrize("style", STYLES)
def test_every_style_of_asking(style: str) -> None:
    """It is true that whoever asks, in whatever way, hears what the scenario wants."""
    ask, answers = STYLES[style], []
    for cuda in (0, 1, 3, 0):
        with pretended_machine(cuda=cuda):
            answers.append(ask())
    assert answers == [False, True, True, False]


def test_several_gpus_have_a_current_one_and_a_name() -> None:
    """It is true that a solution may ask which GPU is current and what it is called."""
    with pretended_machine(cuda=3):
        assert torch.cuda.current_device() == 2
        assert torch.cuda.get_device_name(2) == torch.cuda.get_device_name()


def test_other_accelerators() -> None:
    """It is true that Apple's device can be there or not, also for functions that remember."""
    seen = []
    for mps in (False, True, False):
        with pretended_machine(cuda=0, mps=mps):
            seen.append(torch.backends.mps.is_available())
            other = torch.accelerator.current_accelerator(check_available=True)
            assert (other == torch.device("mps")) is mps
    assert seen == [False, True, False]


def test_nothing_stays() -> None:
    """It is true that PyTorch's functions are their old selves afterwards, also after an error."""
    asked = (torch.cuda.is_available, torch.cuda.device_count, torch.accelerator.is_available)
    bodies = [function.__code__ for function in asked]
    with pytest.raises(KeyError), pretended_machine(cuda=1, mps=True):
        raise KeyError
    assert [function.__code__ for function in asked] == bodies
