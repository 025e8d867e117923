"""The kernel's end of the channel: kept namespaces, and one forked child an exercise."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch

from autograder.errors import WireError
from autograder.model.exercise import Scenario
from autograder.model.observation import MissingObservation, Observation, ObservationResult
from autograder.model.program import ObservationRequest
from autograder.model.verdict import Outcome
from autograder.probe import wire
from autograder.probe.session import Session

EXERCISE = "training/train_step"


def _right(model: Any, optimizer: Any, criterion: Any, x: Any, y: Any) -> float:
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
    return float(loss.detach())


@contextmanager
def _serving(namespace: dict[str, Any], session: Session) -> Iterator[socket.socket]:
    ours, theirs = socket.socketpair()
    session.channel = theirs
    thread = threading.Thread(target=session.serve, args=(namespace,))
    thread.start()
    try:
        yield ours
    finally:
        ours.close()
        thread.join()
        theirs.close()


def _ask(channel: socket.socket, *scenarios: Scenario) -> list[tuple[str, ObservationResult]]:
    nonces = [f"nonce-{i}" for i in range(len(scenarios))]
    request = ObservationRequest(EXERCISE, scenarios)
    wire.send_frame(channel, wire.encode_request(request, nonces))
    return [wire.decode_seen(wire.receive_frame(channel, max_bytes=1 << 20)) for _ in scenarios]


def _seen_of(step: Callable[..., Any], *, budget_seconds: float = 10.0) -> list[ObservationResult]:
    scenarios = [
        Scenario(name, {"model": "linear"}, budget_seconds=budget_seconds) for name in ("a", "b")
    ]
    with _serving({"train_step": step}, Session()) as channel:
        return [seen for _, seen in _ask(channel, *scenarios)]


def test_answers_carry_their_nonces() -> None:
    """It is true that each scenario is answered in order with its own nonce."""
    with _serving({"train_step": _right}, Session()) as channel:
        answers = _ask(channel, Scenario("a", {"model": "mlp"}), Scenario("b", {"model": "mlp"}))
    assert [nonce for nonce, _ in answers] == ["nonce-0", "nonce-1"]
    assert all(isinstance(seen, Observation) and seen.raised is None for _, seen in answers)


def test_an_endless_loop_is_stopped() -> None:
    """It is true that a scenario beyond its budget, and those after it, are TIMED_OUT."""

    def loop(*_: object) -> None:
        while True:
            time.sleep(0.01)

    assert [
        s.outcome for s in _seen_of(loop, budget_seconds=0.2) if isinstance(s, MissingObservation)
    ] == [
        Outcome.TIMED_OUT,
        Outcome.TIMED_OUT,
    ]


def test_a_dying_process_is_reported() -> None:
    """It is true that os._exit inside the function costs this exercise and nothing else."""
    lost = _seen_of(lambda *_: os._exit(0))
    assert [s.outcome for s in lost if isinstance(s, MissingObservation)] == [
        Outcome.DIED,
        Outcome.DIED,
    ]


def test_what_one_exercise_changes_the_next_does_not_see() -> None:
    """It is true that an exercise is observed in a child of its own."""
    namespace: dict[str, Any] = {}

    def change_the_world(*_: object) -> None:
        torch.set_num_threads(7)
        namespace.clear()

    namespace["train_step"] = change_the_world
    with _serving(namespace, Session()) as channel:
        first, second = (_ask(channel, Scenario("a", {"model": "linear"})) for _ in range(2))
    assert first == second


def test_a_missing_function_is_missing() -> None:
    """It is true that a name that was never defined is reported as such."""
    with _serving({}, Session()) as channel:
        ((_, seen),) = _ask(channel, Scenario("a", {"model": "linear"}))
    assert isinstance(seen, MissingObservation)
    assert seen.outcome is Outcome.MISSING


def test_later_sections_do_not_reach_back() -> None:
    """It is true that a kept section sees its own names, and later ones where it has none."""
    session = Session()
    namespace: dict[str, Any] = {"train_step": "first", "helper": 1}
    session.keep(namespace, "train_step")
    namespace.update(train_step="second", helper=2, defined_later=3)
    session.restore(namespace, "train_step")
    assert namespace == {"train_step": "first", "helper": 1, "defined_later": 3}


def test_a_kept_namespace_can_be_gone_back_to() -> None:
    """It is true that what was defined since is gone, for the next cell or for a request."""
    session = Session()
    namespace: dict[str, Any] = {"torch": 1}
    session.keep(namespace, "start")
    namespace["train_step"] = "first"
    session.keep(namespace, "one")
    session.go_back(namespace, "start")
    assert namespace == {"torch": 1}
    session.prepare(namespace, ObservationRequest(EXERCISE, (), kept="one"))
    assert namespace == {"torch": 1, "train_step": "first"}


def test_a_broken_session_closes_its_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that the channel is closed when what answers on it has failed."""
    monkeypatch.setattr("autograder.probe.session.decode_request", lambda _payload: 1 // 0)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        wire.send_frame(ours, b"{}")
        with pytest.raises(ZeroDivisionError):
            Session(theirs).serve({})
        with pytest.raises(EOFError):
            wire.receive_frame(ours, max_bytes=100)


@pytest.mark.parametrize("noise", [b"junk", b""])
def test_noise_on_the_channel_ends_nothing_but_this_run(noise: bytes) -> None:
    """It is true that the trusted side reads noise as a malformed message."""
    left, right = socket.socketpair()
    with left, right:
        wire.send_frame(left, noise)
        payload = wire.receive_frame(right, max_bytes=100)
        with pytest.raises(WireError):
            wire.decode_seen(payload)
