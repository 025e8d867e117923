"""Device code as students write it, in many styles, gives on the simulated GPU what it should."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, Optimizer

from autograder.probe import simgpu
from autograder.probe.derivatives import DerivativeWitness
from autograder.probe.recorder import Recorder

simgpu.install()
HOME = torch.device("simgpu:0")
NUMBERS = torch.Generator().manual_seed(1)
X, Y = torch.randn(5, 3, generator=NUMBERS), torch.tensor([0, 1, 0, 1, 1])

# Bodies of predict(model, x, device).
PREDICTIONS = {
    "no_grad": "model.to(device)\nwith torch.no_grad():\n    return model(x.to(device))",
    "chained": "return model.to(device)(x.to(device)).detach()",
    "data": "model.to(device)\nreturn model(x.to(device)).data",
    "inference_mode": """
model = model.to(device)
model.eval()
with torch.inference_mode():
    return model(x.to(device))""",
    "device_of_parameters": """
with torch.set_grad_enabled(False):
    model.to(device)
    place = next(model.parameters()).device
    return model(x.to(place, non_blocking=True)).to(device)""",
    "functional_call": """
model.to(device)
detached = {name: p.detach() for name, p in model.state_dict().items()}
return torch.func.functional_call(model, detached, (x.to(device),))""",
    "frozen_copy": """
model.to(device)
there = torch.empty_like(x, device=device).copy_(x)
return copy.deepcopy(model).requires_grad_(False)(there)""",
    "data_by_hand": """
for p in [*model.parameters(), *model.buffers()]:
    p.data = p.data.to(device)
with torch.no_grad():
    return model(torch.as_tensor(x, device=device))""",
    "from_a_list": """
model._apply(lambda t: t.to(device))
with torch.no_grad():
    return model(torch.tensor(x.tolist(), device=device))""",
    "row_by_row": """
model.to(device)
with torch.no_grad():
    return torch.stack([model(row[None].to(device))[0] for row in x])""",
    "only_where_needed": """
device = torch.device(device)
if next(model.parameters()).device != device:
    model.to(device)
if x.device != device:
    x = x.to(device)
with torch.no_grad():
    return model(x)""",
    "under_the_device": """
model.to(device)
with torch.no_grad(), torch.device(device):
    return model(x.to(device)) + torch.zeros(())""",
    "loader": """
model.to(device)
data = torch.utils.data.TensorDataset(x)
with torch.no_grad():
    parts = [model(b.to(device)) for b, in torch.utils.data.DataLoader(data, batch_size=2)]
return torch.cat(parts)""",
    "type_of_a_parameter": """
model.to(device)
with torch.no_grad():
    return model.forward(x.type(next(model.parameters()).type()))""",
    "like_a_parameter": """
x = x.pin_memory() if not x.device.index and x.device.type == "cpu" else x
with torch.no_grad():
    return model.to(device)(x.to(next(model.parameters())))""",
    "state_dict": """
state = {name: value.to(device) for name, value in model.state_dict().items()}
model.to(device).load_state_dict(state, assign=True)
with torch.no_grad():
    return model(x.to(device))""",
}
# Bodies of step(device, model, optimizer, criterion, x, y).
PLAIN_STEP = """
x, y = x.to(device), y.to(device)
optimizer.zero_grad()
loss = criterion(model(x), y)
loss.backward()
optimizer.step()
return loss.item()"""
STEPS = {
    "plain": PLAIN_STEP,
    "loss_on_the_cpu": """
optimizer.zero_grad()
loss = criterion(model(x.to(device)).cpu(), y.cpu())
loss.backward()
optimizer.step()
return float(loss.detach())""",
    "loss_by_type": """
optimizer.zero_grad()
loss = criterion(model(x.to(device)).type(torch.FloatTensor), y.type("torch.LongTensor"))
loss.backward()
optimizer.step()
return loss.item()""",
    "loss_like_the_target": """
optimizer.zero_grad()
loss = criterion.forward(model.forward(x.to(device)).cpu().type_as(x.cpu()), y.cpu().long())
loss.backward()
type(optimizer).step(optimizer)
return loss.detach().numpy().item()""",
    "closure": """
x, y = x.to(device), y.to(device)
def closure():
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    return loss
return optimizer.step(closure).item()""",
    "autograd_grad": """
loss = criterion(model(x.to(device)), y.to(device))
parameters = [p for group in optimizer.param_groups for p in group["params"]]
for p, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
    p.grad = gradient
optimizer.step()
return loss.detach().cpu().item()""",
    "total": """
total = torch.zeros((), device=device)
for p in model.parameters():
    p.grad = None
loss = criterion(model(x.to(device)), y.to(device))
total += loss.detach()
loss.backward()
optimizer.step()
return total.item()""",
    "zeros_in_place": """
x, y = (t.to(device=device, non_blocking=True) for t in (x, y))
for p in model.parameters():
    p.grad.detach_()
    p.grad.zero_()
loss = criterion(model(x), y)
loss.backward()
optimizer.step()
return loss.tolist()""",
    "like_a_parameter": """
model.to(torch.device(device))
x = x.to(next(model.parameters()))
y = y.to(x.device)
optimizer.zero_grad(set_to_none=False)
loss = criterion(model(x), y)
loss.backward(torch.ones_like(loss))
optimizer.step()
return float(loss.detach().cpu().numpy())""",
    "filled": """
there = torch.empty(x.shape, device=device)
there[...] = x
classes = torch.empty(y.shape, dtype=y.dtype, device=device)
classes[:] = y
optimizer.zero_grad()
loss = criterion(model(there), classes)
loss.backward()
optimizer.step()
return loss.item()""",
    "clipped": """
optimizer.zero_grad()
loss = criterion(model(x.to(device)), torch.asarray(y, device=device))
loss.backward(inputs=list(model.parameters()))
torch.nn.utils.clip_grad_norm_(model.parameters(), 1e9)
optimizer.step()
return loss.item()""",
}
OPTIMIZERS: dict[str, Callable[[Any], Optimizer]] = {
    "momentum": lambda p: SGD(p, lr=0.1, momentum=0.9),
    "adam": Adam,
}


def written(arguments: str, body: str) -> Callable[..., Any]:
    """The function that a student has written."""
    names: dict[str, Any] = {"torch": torch, "copy": copy}
    lines = body.strip("\n").replace("\n", "\n    ")
    exec(f"def written({arguments}):\n    {lines}", names)  # noqa: S102 - the texts above
    function: Callable[..., Any] = names["written"]
    return function


def seeded_model() -> nn.Module:
    """The same small classifier each time."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 6), nn.Tanh(), nn.Linear(6, 2))


@pytest.mark.parametrize("device", ["simgpu", torch.device("simgpu"), HOME, "cpu"])
@pytest.mark.parametrize("style", PREDICTIONS)
def test_predictions(style: str, device: torch.device | str) -> None:
    """It is true that the result is right and there, and the model moved and trainable."""
    place = torch.device("cpu") if device == "cpu" else HOME
    model, x, expected = seeded_model(), X.clone(), seeded_model()(X).detach()
    with Recorder().watch(model):
        found = written("model, x, device", PREDICTIONS[style])(model, x, device)
    assert (found.device, found.requires_grad, torch.is_grad_enabled()) == (place, False, True)
    torch.testing.assert_close(found.cpu(), expected)
    assert torch.equal(x, X)
    model(X.to(place)).sum().backward()
    assert all(p.grad is not None and p.grad.device == place for p in model.parameters())


def train(
    style: str, device: str, optimizer: str, *, is_there: bool = False
) -> tuple[list[float], list[Tensor], list[str]]:
    """Three steps of a style, from leftover gradients: losses, parameters, event trace."""
    model = seeded_model().to(device)
    kept = OPTIMIZERS[optimizer](model.parameters())
    for p in model.parameters():
        p.grad = torch.ones_like(p)
    criterion, recorder = nn.CrossEntropyLoss(label_smoothing=0.1), Recorder()
    x, y = (X.to(device), Y.to(device)) if is_there else (X.clone(), Y.clone())
    step = written("device, model, optimizer, criterion, x, y", STEPS[style])
    with recorder.watch(model, kept, criterion=criterion), DerivativeWitness() as witness:
        losses = [step(device, model, kept, criterion, x, y) for _ in range(3)]
    assert witness.saw_one
    assert {p.device.type for p in model.parameters()} == {device}
    events = [event.name for event in recorder.events]
    return losses, [p.detach().cpu() for p in model.parameters()], events


@pytest.mark.parametrize("is_there", [True, False])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("style", STEPS)
def test_steps(style: str, optimizer: str, is_there: bool) -> None:  # noqa: FBT001
    """It is true that each style's steps are the CPU's, and the recorder sees the same events."""
    losses, parameters, _ = train("plain", "cpu", optimizer)
    *_, events = train(style, "cpu", optimizer)
    found = train(style, "simgpu", optimizer, is_there=is_there)
    assert found[0] == pytest.approx(losses, rel=1e-7)
    assert all(torch.equal(one, other) for one, other in zip(found[1], parameters, strict=True))
    assert found[2] == events
