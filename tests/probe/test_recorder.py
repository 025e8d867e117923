"""The recorder sees the stages of a training step, however they are reached."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from autograder.probe.recorder import Recorder, StudentRaised

Step = Callable[[nn.Module, torch.optim.Optimizer, nn.Module, Tensor, Tensor], object]
WHOLE = ["zero_grad", "forward", "loss", "backward", "step"]


def _trace(step: Step, *, stale: bool = True) -> list[str]:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    if stale:
        for parameter in model.parameters():
            parameter.grad = torch.ones_like(parameter)
    recorder = Recorder()
    criterion = nn.MSELoss()
    with recorder.watch(model, optimizer, criterion=criterion):
        recorder.call(step, model, optimizer, criterion, torch.randn(5, 3), torch.randn(5, 1))
    return [event.name for event in recorder.events]


def _by_optimizer(model: Any, optimizer: Any, criterion: Any, x: Tensor, y: Tensor) -> None:
    optimizer.zero_grad()
    criterion(model(x), y).backward()
    optimizer.step()


def _by_model(model: Any, optimizer: Any, criterion: Any, x: Tensor, y: Tensor) -> None:
    model.zero_grad()
    torch.autograd.backward(criterion(model(x), y))
    optimizer.step()


def _by_hand(model: Any, optimizer: Any, criterion: Any, x: Tensor, y: Tensor) -> None:
    for parameter in model.parameters():
        parameter.grad = None
    criterion(model(x), y).backward()
    optimizer.step()


def _in_place(model: Any, optimizer: Any, criterion: Any, x: Tensor, y: Tensor) -> None:
    for parameter in model.parameters():
        parameter.grad.zero_()
    criterion(model(x), y).backward()
    optimizer.step()


def _by_autograd_grad(model: Any, optimizer: Any, criterion: Any, x: Tensor, y: Tensor) -> None:
    parameters = list(model.parameters())
    for parameter in parameters:
        parameter.grad = None
    gradients = torch.autograd.grad(criterion(model(x), y), parameters)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    optimizer.step()


def _by_closure(model: Any, optimizer: Any, criterion: Any, x: Tensor, y: Tensor) -> None:
    def closure() -> Tensor:
        optimizer.zero_grad()
        loss: Tensor = criterion(model(x), y)
        loss.backward()
        return loss

    optimizer.step(closure)


def _by_forward(model: Any, optimizer: Any, criterion: Any, x: Tensor, y: Tensor) -> None:
    optimizer.zero_grad()
    criterion.forward(model.forward(x), y).backward()
    optimizer.step()


def _by_class(model: Any, optimizer: Any, criterion: Any, x: Tensor, y: Tensor) -> None:
    nn.Module.zero_grad(model)
    classes: Any = (nn.Sequential, Tensor)
    loss = type(criterion).forward(criterion, classes[0].forward(model, x), y)
    classes[1].backward(loss)
    type(optimizer).step(optimizer)


@pytest.mark.parametrize(
    "step",
    [
        _by_optimizer, _by_model, _by_hand, _in_place, _by_autograd_grad, _by_closure, _by_forward,
        _by_class,
    ],
)  # fmt: skip
def test_the_five_stages_are_seen(step: Step) -> None:
    """It is true that every way of writing a step shows the same five stages in order."""
    assert _trace(step) == WHOLE


def test_a_missing_stage_is_missing() -> None:
    """It is true that no zero_grad is seen where none was."""

    def step(model: Any, optimizer: Any, criterion: Any, x: Tensor, y: Tensor) -> None:
        criterion(model(x), y).backward()
        optimizer.step()

    assert _trace(step) == WHOLE[1:]


def test_clearing_between_backward_and_step_is_seen_there() -> None:
    """It is true that the place of a silent zero_grad in the trace is right."""

    def step(model: Any, optimizer: Any, criterion: Any, x: Tensor, y: Tensor) -> None:
        criterion(model(x), y).backward()
        for parameter in model.parameters():
            parameter.grad = None
        optimizer.step()

    assert _trace(step, stale=False) == ["forward", "loss", "backward", "zero_grad", "step"]


def test_a_step_of_another_optimizer_is_marked() -> None:
    """It is true that a step of another optimizer is marked as not the given one's."""

    def step(model: Any, _optimizer: Any, criterion: Any, x: Tensor, y: Tensor) -> None:
        other = torch.optim.Adam(model.parameters())
        criterion(model(x), y).backward()
        other.step()

    model = nn.Linear(3, 1)
    recorder = Recorder()
    with recorder.watch(model, torch.optim.SGD(model.parameters(), lr=0.1)):
        recorder.call(step, model, None, nn.MSELoss(), torch.randn(2, 3), torch.randn(2, 1))
    assert recorder.events[-1].detail["own"] is False


def test_nothing_stays_behind() -> None:
    """It is true that watching leaves no patched method and no mark."""
    model = nn.Linear(3, 1)
    owners = torch.optim.Optimizer, nn.Module
    before = [owner.zero_grad for owner in owners], nn.Linear.forward, set(vars(model))
    with Recorder().watch(model, torch.optim.SGD(model.parameters(), lr=0.1)):
        pass
    after = [owner.zero_grad for owner in owners], nn.Linear.forward, set(vars(model))
    assert after == before


def test_a_deep_copy_reports_as_well() -> None:
    """It is true that a model which the student copies can still be copied and watched."""
    model = nn.Linear(3, 1)
    recorder = Recorder()
    with recorder.watch(model):
        copy.deepcopy(model)(torch.randn(2, 3))
    assert [event.name for event in recorder.events] == ["forward"]


def test_what_a_student_raises_keeps_its_cause() -> None:
    """It is true that any exception, SystemExit included, is carried out with its cause."""

    def leave() -> None:
        raise SystemExit(3)

    with pytest.raises(StudentRaised) as caught:
        Recorder().call(leave)
    assert isinstance(caught.value.__cause__, SystemExit)
