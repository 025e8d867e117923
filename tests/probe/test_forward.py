"""Forward passes are seen, each once, in whatever way they are reached."""

import copy
import io
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from autograder.probe.dropout import seeded_by_batch
from autograder.probe.forward import watched_forward

X = torch.arange(6.0).reshape(2, 3)


# PyTorch's own types call it untyped.
_SEQUENTIAL: Any = nn.Sequential


class _Around(nn.Module):
    """A model of the student's own, which holds the one that was given."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net

    def forward(self, x: Tensor) -> Tensor:
        """What the other one answers."""
        answer: Tensor = self.net.forward(x)
        return answer


def _saved_and_loaded(model: nn.Module) -> nn.Module:
    file = io.BytesIO()
    torch.save(model, file)
    file.seek(0)
    loaded: nn.Module = torch.load(file, weights_only=False)  # noqa: TID251 - saved above
    return loaded


WAYS: dict[str, Callable[[nn.Sequential], Any]] = {
    "call": lambda model: model(X),
    "keyword": lambda model: model(input=X),
    "method": lambda model: model.forward(X),
    "its class": lambda model: type(model).forward(model, X),
    "base class": lambda model: _SEQUENTIAL.forward(model, X),
    "wrapped": lambda model: _Around(model)(X),
    "functional": lambda model: torch.func.functional_call(model, dict(model.state_dict()), (X,)),
    "deep copy": lambda model: copy.deepcopy(model)(X),
    "forward of a deep copy": lambda model: copy.deepcopy(model).forward(X),
    "shallow copy": lambda model: copy.copy(model).forward(X),
    "saved and loaded": lambda model: _saved_and_loaded(model).forward(X),
}


def small_model() -> nn.Sequential:
    """Three numbers in, one out, with dropout between."""
    return nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.5), nn.Sequential(nn.Linear(8, 1)))


@pytest.mark.parametrize("way", WAYS)
def test_every_way_is_seen_once(way: str) -> None:
    """It is true that both callbacks are called once for a pass, with its input and its output."""
    model = small_model()
    seen: list[Any] = []
    with watched_forward(
        model,
        before=lambda _, arguments: seen.append(arguments),
        after=lambda _, output: seen.append(output),
    ):
        output = WAYS[way](model)
    assert len(seen) == 2
    assert len(seen[0]) == 1
    assert seen[0][0] is X
    assert seen[1] is output


def test_others_of_the_class_go_unseen() -> None:
    """It is true that a model of the student's own, of the same class, is not taken for it."""
    seen: list[object] = []
    with watched_forward(small_model(), before=lambda *_: seen.append(1)):
        small_model()(X)
    assert not seen


def test_several_may_watch() -> None:
    """It is true that each watcher of a model sees its passes, and no others."""
    model, other, seen = small_model(), small_model(), []
    with (
        watched_forward(model, before=lambda *_: seen.append("first")),
        watched_forward(other, before=lambda *_: seen.append("other")),
        watched_forward(model, before=lambda *_: seen.append("second")),
    ):
        model.forward(X)
        other.forward(X)
    assert seen == ["second", "first", "other"]


def test_a_pass_that_raises_has_no_output() -> None:
    """It is true that a pass that raises calls the first callback only; the error is unchanged."""
    model, seen = small_model(), []
    with watched_forward(model, after=lambda *_: seen.append(1)), pytest.raises(RuntimeError):
        model(torch.ones(2, 5))
    assert not seen


def test_nothing_stays() -> None:
    """It is true that the class and the module are what they were, also after an error."""
    model = small_model()
    before = nn.Sequential.forward, set(vars(model))
    with pytest.raises(KeyError), watched_forward(model):
        raise KeyError
    assert (nn.Sequential.forward, set(vars(model))) == before


@pytest.mark.parametrize(
    "way", [name for name in WAYS if name != "functional"] + ["layer by layer", "layers' methods"]
)
def test_dropout_depends_on_the_batch_alone(way: str) -> None:
    """It is true that a second pass of the same batch, in any way, drops the same."""
    ways = WAYS | {
        "layer by layer": lambda model: model[2](model[1](model[0](X))),
        "layers' methods": lambda model: model[2].forward(model[1].forward(model[0].forward(X))),
    }
    model = small_model()
    contents: list[int] = []
    with seeded_by_batch(model, contents.append):
        first, second = ways[way](model), model(X)
    assert torch.equal(first, second)
    assert contents == contents[:1] * 2
