"""Watches a training step and records its stages and values. Runs beside student code.

It does not matter how a stage is reached. ``optimizer.zero_grad()``, ``model.zero_grad()`` and
``p.grad = None`` are all recorded as ``zero_grad``; ``loss.backward()``, ``torch.autograd.grad``
and a closure as ``backward``. The recorder watches what PyTorch does, not what the student typed.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

from autograder.model.observation import Event, Value
from autograder.probe.describe import describe
from autograder.probe.forward import watched_forward
from autograder.probe.switches import moved_settings, put_back, read_all

MAX_EVENTS = 500


class StudentRaised(BaseException):
    """Carries an exception of the student's function out of a plan, as its ``__cause__``.

    A BaseException, so that no plan can swallow it by accident.
    """


class Recorder:
    """Everything that has been recorded in one scenario so far.

    Attributes:
        values: What may earn points. ``settings_left`` holds the global settings that a call of
            the student's function did not put back.
        evidence: What only helps to name a mistake.
        events: The event trace.
    """

    def __init__(self) -> None:
        self._settings_left: dict[str, Value] = {}
        self.values: dict[str, Value] = {"settings_left": self._settings_left}
        self.evidence: dict[str, Value] = {}
        self.events: list[Event] = []

    def value(self, name: str, item: object) -> None:
        """Record a value that may earn points."""
        self.values[name] = describe(item)

    def explain(self, name: str, item: object) -> None:
        """Record evidence: it helps to name a mistake and never earns a point."""
        self.evidence[name] = describe(item)

    def event(self, name: str, **detail: bool | float | str) -> None:
        """Add one event to the trace, which ends after MAX_EVENTS."""
        if len(self.events) < MAX_EVENTS:
            self.events.append(Event(name, detail))

    def call(self, function: Callable[..., object], *arguments: object) -> Any:
        """Call the student's function; every exception of it becomes :class:`StudentRaised`.

        Global switches are put back, so that one that was left changed fails no other check. The
        grad mode stays, because some plans test what it does to a training step.
        """
        before = read_all()
        try:
            returned = function(*arguments)
            self._settings_left.update(dict.fromkeys(moved_settings(before), True))
        except BaseException as error:
            raise StudentRaised from error
        finally:
            put_back(before, but="grad_mode")
        return returned

    def model(self, name: str, model: nn.Module) -> None:
        """Record the model's parameters and buffers under ``name``, its gradients as evidence."""
        self.value(name, dict(model.state_dict()))
        self.explain(f"{name}.grad", {key: p.grad for key, p in model.named_parameters()})
        self.explain(f"{name}.training", [module.training for module in model.modules()])

    @contextmanager
    def watch(
        self,
        model: nn.Module,
        optimizer: Optimizer | None = None,
        *,
        criterion: nn.Module | None = None,
    ) -> Iterator[None]:
        """Record the stages of training steps on ``model`` until the block ends."""
        watcher = _Watcher(self, model, optimizer)
        with ExitStack() as stack:
            watcher.attach(stack)
            if criterion is not None:
                stack.enter_context(watched_forward(criterion, after=lambda *_: self.event("loss")))
            yield
            watcher.notice_cleared_gradients()


class _Watcher:
    def __init__(self, recorder: Recorder, model: nn.Module, optimizer: Optimizer | None) -> None:
        self._recorder = recorder
        self._model = model
        self._optimizer = optimizer
        self._parameters = list(model.parameters())
        self._had_gradients = self._has_gradients()

    def attach(self, stack: ExitStack) -> None:
        def before_forward(module: nn.Module, _arguments: object) -> None:
            self.notice_cleared_gradients()
            flags = {inner.training for inner in module.modules()}
            mode = "mixed" if len(flags) > 1 else "train" if True in flags else "eval"
            self._recorder.event("forward", mode=mode, grad=torch.is_grad_enabled())

        def after_forward(module: nn.Module, output: object) -> None:
            own = module is self._model
            if isinstance(output, torch.Tensor) and output.requires_grad:
                output.register_hook(lambda _gradient: on_backward(own=own))

        def on_backward(*, own: bool) -> None:
            self.notice_cleared_gradients()
            self._recorder.event("backward")
            # A copy's backward pass gives the model no gradients that it could clear later.
            self._had_gradients = self._had_gradients or own

        def before_step(_optimizer: Optimizer, _args: object, _kwargs: object) -> None:
            self.notice_cleared_gradients()

        def after_step(optimizer: Optimizer, _args: object, _kwargs: object) -> None:
            self._recorder.event("step", own=optimizer is self._optimizer)
            self._had_gradients = self._has_gradients()

        stack.enter_context(
            watched_forward(self._model, before=before_forward, after=after_forward)
        )
        for handle in (
            register_optimizer_step_pre_hook(before_step),
            register_optimizer_step_post_hook(after_step),
        ):
            stack.callback(handle.remove)
        for owner in (Optimizer, nn.Module):
            stack.enter_context(
                mock.patch.object(owner, "zero_grad", self._recording_zero_grad(owner))
            )

    def notice_cleared_gradients(self) -> None:
        """Record a ``zero_grad`` where gradients are gone though no ``zero_grad`` was called."""
        has_gradients = self._has_gradients()
        if self._had_gradients and not has_gradients:
            self._recorder.event("zero_grad", called=False)
        self._had_gradients = has_gradients

    def _recording_zero_grad(self, owner: type[Any]) -> Callable[..., None]:
        original = owner.zero_grad

        def zero_grad(this: Any, *arguments: Any, **keywords: Any) -> None:
            original(this, *arguments, **keywords)
            if this is self._model or isinstance(this, Optimizer):
                self._recorder.event("zero_grad", called=True)
                self._had_gradients = self._has_gradients()

        return zero_grad

    def _has_gradients(self) -> bool:
        with torch.no_grad():
            # Zeros are no gradients: zero_grad(set_to_none=False) leaves them.
            return any(p.grad is not None and bool(p.grad.any()) for p in self._parameters)
