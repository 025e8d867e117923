"""Budgets count processor seconds; the clock on the wall ends only what sleeps or waits."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from autograder.model.limits import WAITING_FACTOR
from autograder.probe.budget import Budget, Spent, Usage, usage_of


class Clock:
    """A clock on the wall, and processes, that do what a test says."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.usage = Usage(5.0, 2.0)

    def go_on(self, seconds: float, *, processor: float = 0.0, starved: float = 0.0) -> None:
        """Let time pass."""
        self.now += seconds
        self.usage = Usage(self.usage.processor + processor, self.usage.starved + starved)


@pytest.fixture
def clock() -> Clock:
    """Not a real one."""
    return Clock()


@pytest.fixture
def two_seconds(clock: Clock) -> Budget:
    """A budget whose first look is done."""
    made = Budget(lambda: clock.usage, 2.0, clock=lambda: clock.now)
    assert made.spent() is None
    return made


def test_processor_seconds_end_it(clock: Clock, two_seconds: Budget) -> None:
    """It is true that what was used before does not count."""
    clock.go_on(1.5, processor=1.9)
    assert two_seconds.spent() is None
    clock.go_on(0.1, processor=0.1)
    assert two_seconds.spent() is Spent.PROCESSOR


def test_waiting_ends_it_later(clock: Clock, two_seconds: Budget) -> None:
    """It is true that a process that sleeps is ended at several times the budget."""
    clock.go_on(WAITING_FACTOR * 2.0 - 0.1)
    assert two_seconds.spent() is None
    clock.go_on(0.2)
    assert two_seconds.spent() is Spent.WAITING
    assert not two_seconds.was_starved()


def test_a_busy_machine_is_no_waiting(clock: Clock, two_seconds: Budget) -> None:
    """It is true that time in which it wanted a processor and got none costs nothing."""
    clock.go_on(15.0, processor=1.0, starved=14.0)
    assert two_seconds.spent() is None
    assert two_seconds.was_starved()
    clock.go_on(5.0, processor=1.0, starved=4.0)
    assert two_seconds.spent() is Spent.PROCESSOR


def test_a_machine_without_processors_is_noticed(clock: Clock, two_seconds: Budget) -> None:
    """It is true that nothing waits for ever, and that a starved process is no sleeper."""
    clock.go_on(20.0, processor=0.5, starved=19.0)
    assert two_seconds.spent() is Spent.STARVED


def test_what_was_used_stays_used(clock: Clock, two_seconds: Budget) -> None:
    """It is true that the usage of a process that has ended is kept."""
    clock.go_on(1.0, processor=1.5)
    assert two_seconds.used() == 1.5
    clock.go_on(1.0, processor=-3.0)
    assert two_seconds.used() == 1.5


@contextmanager
def a_child(does: Callable[[], object]) -> Iterator[int]:
    """A process that does something until it is killed."""
    child = os.fork()
    if child == 0:
        try:
            does()
        finally:
            os._exit(0)
    try:
        yield child
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def spin() -> None:
    """Use a processor for ever."""
    while True:
        pass


def test_a_loop_uses_its_budget() -> None:
    """It is true that a real process that spins is ended by its processor seconds."""
    with a_child(spin) as child:
        loops = Budget(lambda: usage_of([child]), 0.3)
        while (spent := loops.spent()) is not Spent.PROCESSOR:
            # A machine with dozens of busy processes starves it first; it never counts as waiting.
            assert spent in {None, Spent.STARVED}
            threading.Event().wait(0.02)


def test_a_sleeper_uses_nothing() -> None:
    """It is true that a real process that sleeps is ended by the clock on the wall."""
    with a_child(signal.pause) as child:
        sleeps = Budget(lambda: usage_of([child]), 0.1)
        while (spent := sleeps.spent()) is None:
            threading.Event().wait(0.02)
    assert spent is Spent.WAITING


def test_who_is_gone_uses_nothing() -> None:
    """It is true that a process that has ended is no error."""
    with a_child(signal.pause) as child:
        pass
    assert usage_of([child, -1]) == Usage()
