"""A pretended machine: every style of asking is answered, and nothing of it stays."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import device as imported_device
from torch.cuda import is_available as imported_before

from autograder.probe import simgpu
from autograder.probe.fake_accelerators import pretended_machine

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
    """It is true that every way of asking gives the scenario's answer."""
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
        assert torch.cuda.get_device_properties(0).total_memory == torch.cuda.mem_get_info()[1]
        assert torch.cuda.get_device_capability() >= (1, 0)
        torch.cuda.set_device(1)
        torch.cuda.synchronize()


# How a device is made, and which of three it is.
DEVICES: dict[str, tuple[Callable[[], torch.device], int | None]] = {
    "number": (lambda: torch.device(0), 0),
    "imported name": (lambda: imported_device(1), 1),
    "by keyword": (lambda: torch.device(device=1), 1),
    "mapped": (lambda: next(map(torch.device, [0])), 0),
    "last": (lambda: torch.device(torch.cuda.device_count() - 1), 2),
    "current": (lambda: torch.device(torch.cuda.current_device()), 2),
    "current accelerator's": (lambda: torch.device(torch.accelerator.current_device_index()), 2),
    "counted accelerators": (lambda: torch.device(torch.accelerator.device_count() - 1), 2),
    "name": (lambda: torch.device("cuda"), None),
    "name and index": (lambda: torch.device("cuda", 0), 0),
    "keywords": (lambda: torch.device(type="cuda", index=0), 0),
    "text": (lambda: torch.device(f"cuda:{torch.cuda.current_device()}"), 2),
    "device of a device": (lambda: torch.device(torch.device(1)), 1),
    "type of a number": (lambda: torch.device(torch.device(0).type), None),
    "accelerator": (lambda: torch.accelerator.current_accelerator() or torch.device("cpu"), None),
}


@pytest.mark.parametrize("is_installed", [False, True])
@pytest.mark.parametrize("way", DEVICES)
def test_every_way_to_make_a_device(way: str, is_installed: bool) -> None:  # noqa: FBT001
    """It is true that a number is a CUDA device, with or without the simulated GPU."""
    if is_installed:
        simgpu.install()
    make, index = DEVICES[way]
    with pretended_machine(cuda=3):
        made = make()
    assert type(made) is torch.device
    assert (made.type, made.index) == ("cuda", index)


@pytest.mark.parametrize("make", [lambda: torch.device(0), lambda: imported_device(0)])
def test_a_number_without_an_accelerator(make: Callable[[], torch.device]) -> None:
    """It is true that a number is no device where there is no accelerator, as in PyTorch."""
    simgpu.install()
    with pretended_machine(cuda=0), pytest.raises(RuntimeError, match="when none is available"):
        make()


def test_a_number_on_apples_machine() -> None:
    """It is true that a number is Apple's device where that is the accelerator."""
    with pretended_machine(cuda=0, mps=True):
        assert torch.device(0) == torch.device("mps:0")
        assert torch.accelerator.device_count() == 1


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
