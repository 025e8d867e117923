"""Models train on the simulated GPU exactly as on the CPU."""

from collections.abc import Callable, Iterable

import pytest
import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW, Optimizer
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, TensorDataset

from autograder.probe import simgpu
from autograder.probe.inputs import make_model

simgpu.install()
CPU, DEVICE = torch.device("cpu"), torch.device("simgpu")
STEPS = 4

Make = Callable[[Iterable[nn.Parameter]], Optimizer]
OPTIMIZERS: dict[str, Make] = {
    "sgd": lambda p: SGD(p, lr=0.1),
    "momentum": lambda p: SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
    "nesterov": lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "foreach": lambda p: SGD(p, lr=0.1, momentum=0.9, foreach=True),
    "adam": lambda p: Adam(p, lr=0.01),
    "amsgrad": lambda p: Adam(p, lr=0.01, amsgrad=True),
    "adamw": lambda p: AdamW(p, lr=0.01, weight_decay=0.1),
}


def cnn() -> nn.Module:
    """Convolutions, batch norm and dropout: (N, 3, 8, 8) to (N, 3)."""
    return nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Dropout(0.3), nn.Linear(36, 3),
    )  # fmt: skip


def train(
    model: nn.Module,
    make: Make,
    criterion: nn.Module,
    batch: tuple[Tensor, Tensor],
    device: torch.device,
) -> tuple[list[float], dict[str, Tensor], Optimizer]:
    """A few steps of the model on the device: the losses, the state and the optimizer."""
    model.to(device)
    optimizer = make(model.parameters())
    scheduler = StepLR(optimizer, 2)
    torch.manual_seed(7)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = criterion(model(batch[0].to(device)), batch[1].to(device))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
    return losses, model.state_dict(), optimizer


def seeded(make: Callable[[], nn.Module]) -> nn.Module:
    """The same model each time."""
    torch.manual_seed(5)
    return make()


@pytest.mark.filterwarnings("ignore:Detected call of")
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("kind", ["mlp", "cnn"])
def test_steps_are_the_cpus(optimizer: str, kind: str) -> None:
    """It is true that several steps leave the CPU's losses, parameters and buffers, bit by bit."""
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(6, 3, 8, 8, generator=generator) if kind == "cnn" else torch.randn(6, 3)
    batch = x, torch.randint(0, 3, (6,), generator=generator)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    results = [
        train(
            seeded(cnn if kind == "cnn" else lambda: make_model("both", outputs=3)),
            OPTIMIZERS[optimizer], criterion, batch, device,
        )
        for device in (CPU, DEVICE)
    ]  # fmt: skip
    (losses, state, _), (found_losses, found_state, found_optimizer) = results
    assert found_losses == losses
    assert {value.device.type for value in found_state.values()} == {"simgpu"}
    assert all(torch.equal(found_state[name].cpu(), state[name]) for name in state)
    for kept in found_optimizer.state.values():
        for name, item in kept.items():
            assert name == "step" or item is None or item.device.type == "simgpu"


def test_data_loader_batches() -> None:
    """It is true that a loader's batches move and train, the shorter last one included."""
    data = TensorDataset(torch.randn(10, 3), torch.randn(10, 1))
    ends = []
    for device in (CPU, DEVICE):
        model = seeded(lambda: make_model("mlp")).to(device)
        optimizer = SGD(model.parameters(), lr=0.1)
        for x, y in DataLoader(data, batch_size=4):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(x.to(device, non_blocking=True)), y.to(device)).backward()
            optimizer.step()
        ends.append([p.detach().cpu() for p in model.parameters()])
    assert all(torch.equal(one, other) for one, other in zip(*ends, strict=True))


def test_optimizer_made_before_the_move() -> None:
    """It is true that parameters keep their identity, so an optimizer made before goes on."""
    model = seeded(lambda: make_model("mlp"))
    optimizer = SGD(model.parameters(), lr=0.1)
    before = [p.detach().clone() for p in model.parameters()]
    model.to(DEVICE)
    model(torch.ones(2, 3, device=DEVICE)).sum().backward()
    optimizer.step()
    assert all(not torch.equal(p.cpu(), q) for p, q in zip(model.parameters(), before, strict=True))


def test_loss_on_the_cpu() -> None:
    """It is true that a loss computed on the CPU trains a model on the device as it should."""
    x, y = torch.randn(4, 3), torch.randn(4, 1)
    gradients = []
    for device in (CPU, DEVICE):
        model = seeded(lambda: make_model("mlp")).to(device)
        nn.functional.mse_loss(model(x.to(device)).cpu(), y).backward()
        gradients.append([p.grad for p in model.parameters()])
    for expected, found in zip(*gradients, strict=True):
        assert expected is not None
        assert found is not None
        assert found.device.type == "simgpu"
        assert torch.equal(found.cpu(), expected)


def test_optimizer_state_travels() -> None:
    """It is true that an optimizer's saved state is put where the parameters are."""
    batch = torch.randn(4, 3), torch.randn(4, 1)
    *_, on_cpu = train(make_model("mlp"), OPTIMIZERS["adam"], nn.MSELoss(), batch, CPU)
    model = make_model("mlp").to(DEVICE)
    optimizer = Adam(model.parameters())
    optimizer.load_state_dict(on_cpu.state_dict())
    kept = optimizer.state[next(model.parameters())]
    assert kept["exp_avg"].device.type == "simgpu"
    assert kept["step"].device == CPU
