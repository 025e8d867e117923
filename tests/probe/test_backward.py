"""Whether backward() was called, and whether it led to the model."""

import torch
from torch import nn

from autograder.model.observation import Event
from autograder.probe.backward import watched_backward

ANOTHER, REACHED = [Event("forward")], [Event("forward"), Event("backward")]


def test_backward_from_any_loss_is_noticed() -> None:
    """A backward pass that reaches no parameter counts as called, and as in vain."""
    loss = nn.Linear(1, 1)(torch.ones(1)).detach().requires_grad_()
    with watched_backward() as calls:
        assert not calls.led_nowhere(ANOTHER)
        loss.backward()
    assert calls.led_nowhere(ANOTHER)
    assert not calls.led_nowhere(REACHED)


def test_derivatives_asked_for_are_none() -> None:
    """torch.autograd.grad() is no call of backward(), which afterwards is itself."""
    original = torch.autograd.backward
    x = torch.ones(1, requires_grad=True)
    with watched_backward() as calls:
        torch.autograd.grad(2 * x, x)
    assert not calls.called
    assert torch.autograd.backward is original
