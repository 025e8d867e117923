"""Observing: bounded data about whatever a student's function did."""

from typing import Any

import numpy as np
import pytest
import torch

from autograder.model.exercise import Scenario
from autograder.model.observation import Array, Opaque, Value
from autograder.probe.describe import describe
from autograder.probe.observe import observe, plan_of
from autograder.probe.recorder import Recorder


def _plan(target: Any, scenario: Scenario, recorder: Recorder) -> None:
    recorder.value("drawn", torch.randn(3))
    recorder.value("returned", recorder.call(target, scenario.options["x"]))


def _observed(target: Any, **options: Any) -> Any:
    return observe(target, Scenario("s", {"x": 2, **options}, seed=7), _plan)


def test_the_same_seed_makes_the_same_inputs() -> None:
    """It is true that two observations of one function are equal."""
    assert _observed(lambda x: x + 0.5) == _observed(lambda x: x + 0.5)


def test_global_switches_are_reset_and_restored() -> None:
    """It is true that a notebook's global switches neither reach a scenario nor get lost."""
    torch.set_grad_enabled(False)
    torch.set_default_dtype(torch.float64)
    try:
        seen = _observed(lambda _: [torch.is_grad_enabled(), torch.zeros(1)])
        kept = torch.is_grad_enabled(), torch.get_default_dtype()
    finally:
        torch.set_grad_enabled(True)
        torch.set_default_dtype(torch.float32)
    assert seen["returned"][0] is True
    assert seen["returned"][1].dtype == "float32"
    assert kept == (False, torch.float64)


class _Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(1), KeyboardInterrupt(), _Mute()])
def test_exceptions_are_part_of_the_observation(error: BaseException) -> None:
    """It is true that nothing a student raises escapes, and what came before is kept."""

    def fail(_: int) -> None:
        raise error

    seen = _observed(fail)
    assert seen.raised.type_name == type(error).__name__
    assert isinstance(seen["drawn"], Array)


def test_a_crash_of_the_plan_is_the_students() -> None:
    """It is true that tampering which breaks the plan itself becomes an exception, not a crash."""

    def plan(target: Any, _scenario: Scenario, _recorder: Recorder) -> None:
        target.nonsense()

    seen = observe(None, Scenario("s"), plan)
    assert seen.raised is not None
    assert seen.raised.type_name == "AttributeError"


class _Liar(float):
    def __eq__(self, other: object) -> bool:
        return True

    def __float__(self) -> float:
        return 42.0

    __hash__ = float.__hash__


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (3, 3),
        (2**80, Opaque("builtins.int")),
        (_Liar(1.5), 1.5),
        ("text", "text"),
        ([1, (2.0, None)], [1, (2.0, None)]),
        ({"a": 1}, {"a": 1}),
        ({1: 1}, Opaque("dict")),
        (torch.float32, Opaque("torch.dtype", "torch.float32")),
        (object(), Opaque("builtins.object")),
        (torch.zeros(2, 3, dtype=torch.int64), Array("int64", (2, 3), bytes(48))),
        (torch.zeros(()), Array("float32", (), bytes(4))),
        (torch.zeros(1, dtype=torch.bfloat16), Array("bfloat16", (1,), bytes(2))),
        (np.zeros(2, dtype=">f4"), Array("float32", (2,), bytes(8), "numpy")),
        (np.float32(0), Array("float32", (), bytes(4), "numpy")),
        (np.float64(0.5), 0.5),
        (np.array(["a"]), Opaque("numpy.ndarray", "str32")),
        ([0] * 5_000, Opaque("builtins.list")),
    ],
)
def test_values_are_described(value: object, expected: Value) -> None:
    """It is true that plain values come out as they are and everything else by its type."""
    assert describe(value) == expected


def test_huge_sparse_and_deep_values_are_not_sent() -> None:
    """It is true that no value can make an observation large."""
    deep: Any = 0
    for _ in range(1_000):
        deep = [deep]
    assert isinstance(describe(torch.zeros(2_000_000)), Opaque)
    assert isinstance(describe(torch.zeros(2, 2).to_sparse()), Opaque)
    assert "builtins.list" in repr(describe(deep))


class _LyingTensor(torch.Tensor):
    shape = property(lambda _self: torch.Size((4, 3)))


def test_a_tensor_that_lies_about_its_shape_is_not_sent() -> None:
    """It is true that a shape that does not fit the data is no array, and stops nothing."""
    lie = describe(torch.zeros(1).as_subclass(_LyingTensor))
    assert isinstance(lie, Opaque)
    assert lie.type_name.endswith("_LyingTensor")


def test_a_transposed_tensor_keeps_its_values() -> None:
    """It is true that strides do not matter."""
    tensor = torch.arange(6.0).reshape(2, 3)
    assert describe(tensor.T) == describe(tensor.T.contiguous())


def test_a_plan_is_found_by_its_exercise() -> None:
    """It is true that the wire's name of an exercise leads to the public half of its suite."""
    assert plan_of("training/train_step").__module__ == (
        "autograder.suites.training.train_step.plan"
    )
