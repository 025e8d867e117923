"""What is asked of a device: operations whose results are compared, and mixes that may raise.

Each operation is a function of a device. It returns tensors (on that device), numbers, or both in
containers; whatever it returns must be the same on the CPU and on the device.

It is one long list, so that what is tried on every device is seen in one place.
"""

import copy
import io
from collections.abc import Callable, Mapping
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - as everybody calls it
from torch import Tensor, nn

Operation = Callable[[torch.device], object]

_NUMBERS = torch.Generator().manual_seed(20)
_A = torch.randn(4, 3, generator=_NUMBERS)
_B = torch.randn(4, 3, generator=_NUMBERS)
_W = torch.randn(2, 3, generator=_NUMBERS)
_V = torch.randn(3, generator=_NUMBERS)
_IMAGES = torch.randn(2, 3, 8, 8, generator=_NUMBERS)
_SEQUENCE = torch.randn(2, 5, 4, generator=_NUMBERS)
_SPD = _A.T @ _A + torch.eye(3)
_CLASSES = torch.tensor([0, 2, 1, 2])
_BITS = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
_ROWS = torch.tensor([2, 0])
_MASK = _A > 0


def a(d: torch.device) -> Tensor:
    """Four rows of three numbers."""
    return _A.to(d, copy=True)


def b(d: torch.device) -> Tensor:
    """Four other rows of three numbers."""
    return _B.to(d, copy=True)


def v(d: torch.device) -> Tensor:
    """Three numbers."""
    return _V.to(d, copy=True)


def live(d: torch.device) -> Tensor:
    """As :func:`a`, a leaf that requires grad."""
    return a(d).requires_grad_()


def _after(tensor: Tensor, *changes: Callable[[Tensor], object]) -> Tensor:
    for change in changes:
        change(tensor)
    return tensor


def _set(index: Any, value: Any) -> Callable[[Tensor], object]:
    def change(tensor: Tensor) -> None:
        tensor[index] = value.to(tensor.device) if isinstance(value, Tensor) else value

    return change


def _gradient(function: Callable[[Tensor], Tensor]) -> Operation:
    """The gradient of the sum of what the function makes of ``_A``."""

    def run(d: torch.device) -> object:
        x = live(d)
        function(x).sum().backward()
        return x.grad, x.is_leaf, x.requires_grad

    return run


def _layer(make: Callable[[], nn.Module], inputs: Tensor, *, train: bool = True) -> Operation:
    """A layer's output, the gradients of its parameters, and its buffers."""

    def run(d: torch.device) -> object:
        torch.manual_seed(1)
        layer = make().to(d).train(train)
        torch.manual_seed(2)
        x = inputs.to(d, copy=True)
        output = layer(x.requires_grad_() if x.is_floating_point() else x)
        output = output[0] if isinstance(output, tuple) else output
        output.square().sum().backward() if output.requires_grad else None
        return output, x.grad, [p.grad for p in layer.parameters()], dict(layer.named_buffers())

    return run


def _loss(make: Callable[[torch.device], nn.Module], logits: Tensor, target: Tensor) -> Operation:
    def run(d: torch.device) -> object:
        x = logits.to(d, copy=True).requires_grad_()
        loss = make(d)(x, target.to(d))
        loss.sum().backward()
        return loss, x.grad

    return run


def _saved(d: torch.device) -> object:
    model = nn.Linear(3, 2).to(d)
    file = io.BytesIO()
    torch.save(model.state_dict(), file)
    file.seek(0)
    loaded = torch.load(file, map_location=d)  # noqa: TID251 - a file that was written a line above
    return model.state_dict(), loaded


def _copied_model(d: torch.device) -> object:
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).to(d)
    twin = copy.deepcopy(model)
    with torch.no_grad():
        model[0].weight.zero_()  # type: ignore[operator]
    return twin.state_dict(), [isinstance(p, nn.Parameter) for p in twin.parameters()]


def _hooked(d: torch.device) -> object:
    seen: list[Tensor] = []
    x = live(d)
    x.register_hook(seen.append)
    x.register_hook(lambda gradient: gradient * 2)
    middle = x * 3
    middle.retain_grad()
    middle.sum().backward()
    return seen, x.grad, middle.grad


def _second_order(d: torch.device) -> object:
    x = live(d)
    (first,) = torch.autograd.grad((x**3).sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x)
    return first, second


def _round_trip(d: torch.device) -> object:
    x = _A.clone().requires_grad_()
    (x.to(d).square().cpu() * 2).sum().backward()
    return [None if x.grad is None else x.grad.to(d)]


def _functional_call(d: torch.device) -> object:
    model = nn.Linear(3, 2).to(d)
    detached = {key: p.detach() for key, p in model.named_parameters()}
    output = torch.func.functional_call(model, detached, (a(d),))
    return output.requires_grad, output


def _clipped(d: torch.device) -> object:
    x = live(d)
    (x * 100).sum().backward()
    norm = nn.utils.clip_grad_norm_([x], 1.0)
    return norm, x.grad


def _moved_twice(d: torch.device) -> object:
    model = nn.Linear(3, 2)
    weight = model.weight
    model(_A).sum().backward()
    model.to(d)
    there = [p.device == next(model.parameters()).device for p in model.parameters()]
    gradient = model.weight.grad.clone() if model.weight.grad is not None else None
    return weight is model.weight, there, gradient, type(model.cpu().weight) is nn.Parameter


class _Doubled(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        doubled: Tensor = 2 * x * gradient
        return doubled


def _under_default_device(d: torch.device) -> object:
    with torch.device(d):
        return torch.zeros(3) + torch.tensor([1.0, 2.0, 3.0])


def _attention(d: torch.device) -> object:
    x = _SEQUENCE.to(d)
    return F.scaled_dot_product_attention(x, x, x)


def w(d: torch.device) -> Tensor:
    """A weight of two rows for inputs of three numbers."""
    return _W.to(d, copy=True)


FACTORIES: Mapping[str, Operation] = {
    "zeros": lambda d: torch.zeros(2, 3, device=d),
    "zeros_0d": lambda d: torch.zeros((), device=d),
    "zeros_by_string": lambda d: torch.zeros(2, device=str(d)),
    "ones": lambda d: torch.ones(2, dtype=torch.int64, device=d),
    "full": lambda d: torch.full((2, 2), 3.5, device=d),
    "empty_filled": lambda d: torch.empty(2, 2, device=d).fill_(1),
    "empty_strided": lambda d: torch.empty_strided((2, 3), (1, 2), device=d).zero_(),
    "arange": lambda d: torch.arange(1, 9, 2, device=d),
    "linspace": lambda d: torch.linspace(0, 1, 5, device=d),
    "logspace": lambda d: torch.logspace(0, 2, 3, device=d),
    "eye": lambda d: torch.eye(3, 2, device=d),
    "tril_indices": lambda d: torch.tril_indices(3, 3, device=d),
    "tensor": lambda d: torch.tensor([[1.0, 2.0], [3.0, 4.0]], device=d),
    "tensor_0d": lambda d: torch.tensor(3, device=d),
    "tensor_live": lambda d: torch.tensor([1.0], device=d, requires_grad=True),
    "as_tensor": lambda d: torch.as_tensor([1, 2], device=d),
    "as_tensor_of_tensor": lambda d: torch.as_tensor(_A, device=d),
    "as_tensor_stays": lambda d: torch.as_tensor(a(d)),
    "asarray": lambda d: torch.asarray(_A, device=d),
    "from_numpy": lambda d: torch.from_numpy(_A.numpy()).to(d),
    "scalar_tensor": lambda d: torch.scalar_tensor(2.0, device=d),
    "zeros_like": lambda d: torch.zeros_like(a(d)),
    "zeros_like_moved": lambda d: torch.zeros_like(_A, device=d),
    "ones_like_typed": lambda d: torch.ones_like(a(d), dtype=torch.float64),
    "full_like": lambda d: torch.full_like(a(d), 2),
    "empty_like": lambda d: torch.empty_like(a(d)).zero_(),
    "new_zeros": lambda d: a(d).new_zeros(2),
    "new_ones": lambda d: a(d).new_ones(2, dtype=torch.int32),
    "new_full": lambda d: a(d).new_full((2,), 7.0),
    "new_empty": lambda d: a(d).new_empty(2).zero_(),
    "new_tensor": lambda d: a(d).new_tensor([1, 2]),
    "new_zeros_moved": lambda d: _A.new_zeros(2, device=d),
    "default_device": _under_default_device,
    "module_with_device": lambda d: [p * 0 for p in nn.Linear(3, 2, device=d).parameters()],
}


# On CUDA their numbers come from another generator.
RANDOM: Mapping[str, Operation] = {
    "rand": lambda d: torch.rand(3, device=d),
    "randn": lambda d: torch.randn(3, 2, device=d),
    "randint": lambda d: torch.randint(0, 10, (5,), device=d),
    "randperm": lambda d: torch.randperm(6, device=d),
    "rand_like": lambda d: torch.rand_like(a(d)),
    "randn_like": lambda d: torch.randn_like(a(d)),
    "bernoulli": lambda d: torch.bernoulli(a(d).sigmoid()),
    "multinomial": lambda d: torch.multinomial(v(d).abs(), 2),
    "normal_": lambda d: a(d).normal_(),
    "uniform_": lambda d: a(d).uniform_(-1, 1),
    "dropout": lambda d: F.dropout(a(d), 0.5),
    "dropout_layer": _layer(lambda: nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.5)), _A),
    "dropout_2d": _layer(lambda: nn.Dropout2d(0.5), _IMAGES),
    "kaiming": lambda d: nn.init.kaiming_uniform_(a(d)),
    "xavier": lambda d: nn.init.xavier_normal_(a(d)),
    "module_with_device": lambda d: list(nn.Linear(3, 2, device=d).parameters()),
}

POINTWISE: Mapping[str, Operation] = {
    "add": lambda d: a(d) + b(d),
    "add_number": lambda d: a(d) + 1,
    "radd": lambda d: 1 + a(d),
    "sub": lambda d: a(d) - b(d),
    "rsub": lambda d: 1 - a(d),
    "mul": lambda d: a(d) * b(d),
    "div": lambda d: a(d) / b(d),
    "rdiv": lambda d: 1 / a(d),
    "floor_divide": lambda d: (a(d) * 10) // 3,
    "remainder": lambda d: (a(d) * 10) % 3,
    "pow": lambda d: a(d) ** 2,
    "rpow": lambda d: 2 ** a(d),
    "neg": lambda d: -a(d),
    "abs": lambda d: a(d).abs(),
    "exp": lambda d: a(d).exp(),
    "log": lambda d: a(d).abs().log(),
    "sqrt": lambda d: a(d).abs().sqrt(),
    "tanh": lambda d: a(d).tanh(),
    "clamp": lambda d: a(d).clamp(-0.5, 0.5),
    "clamp_tensor": lambda d: a(d).clamp(max=b(d)),
    "where": lambda d: torch.where(a(d) > 0, a(d), b(d)),
    "where_number": lambda d: torch.where(a(d) > 0, 3.0, 1.0),
    "maximum": lambda d: torch.maximum(a(d), b(d)),
    "lerp": lambda d: a(d).lerp(b(d), 0.25),
    "addcmul": lambda d: torch.addcmul(a(d), a(d), b(d), value=0.5),
    "addcdiv": lambda d: torch.addcdiv(a(d), a(d), b(d), value=0.5),
    "broadcast": lambda d: a(d) + v(d),
    "compare": lambda d: [a(d) > b(d), a(d) == a(d), a(d) <= 0],
    "logical": lambda d: [(a(d) > 0) & (b(d) > 0), ~(a(d) > 0), torch.logical_or(a(d), b(d))],
    "isnan": lambda d: [a(d).isnan(), torch.isfinite(a(d) / 0)],
    "isclose": lambda d: torch.isclose(a(d), a(d) + 1e-9),
    "round": lambda d: [a(d).round(), a(d).floor(), a(d).sign()],
    "dtypes": lambda d: [a(d).double(), a(d).int(), a(d).half(), a(d).bool(), a(d).long()],
    "promotion": lambda d: a(d) + torch.arange(3, device=d),
    "complex": lambda d: [torch.complex(a(d), b(d)).conj(), torch.complex(a(d), b(d)).conj().imag],
    "out": lambda d: torch.add(a(d), b(d), out=torch.empty(0, device=d)),
}

REDUCTIONS: Mapping[str, Operation] = {
    "sum": lambda d: [a(d).sum(), a(d).sum(dim=1), a(d).sum(0, keepdim=True)],
    "mean": lambda d: [a(d).mean(), a(d).mean(dim=0)],
    "std": lambda d: [a(d).std(dim=0), a(d).std(dim=0, unbiased=False), a(d).var(correction=0)],
    "max": lambda d: [a(d).max(), *a(d).max(dim=1), a(d).amax(0)],
    "min": lambda d: [a(d).min(), *a(d).min(dim=1)],
    "argmax": lambda d: [a(d).argmax(), a(d).argmax(dim=1), a(d).argmin(1)],
    "prod": lambda d: a(d).prod(dim=1),
    "cumsum": lambda d: a(d).cumsum(dim=0),
    "norm": lambda d: [a(d).norm(), torch.linalg.vector_norm(a(d), dim=1)],
    "any_all": lambda d: [(a(d) > 0).any(), (a(d) > 0).all(dim=1)],
    "median": lambda d: a(d).median(),
    "sort": lambda d: [*a(d).sort(dim=0), a(d).argsort(1)],
    "topk": lambda d: list(a(d).topk(2, dim=1)),
    "unique": lambda d: torch.unique(_CLASSES.to(d)),
    "bincount": lambda d: torch.bincount(_CLASSES.to(d)),
    "logsumexp": lambda d: a(d).logsumexp(dim=1),
    "count_nonzero": lambda d: [a(d).count_nonzero(), a(d).nonzero()],
    "accuracy": lambda d: (a(d).argmax(1) == _CLASSES.to(d)).float().mean().item(),
    "correct": lambda d: (a(d).argmax(1) == _CLASSES.to(d)).sum().item() / 4,
    "allclose": lambda d: [torch.allclose(a(d), a(d)), torch.equal(a(d), b(d))],
}

SHAPES: Mapping[str, Operation] = {
    "view": lambda d: a(d).view(3, 4),
    "reshape": lambda d: a(d).t().reshape(-1),
    "transpose": lambda d: [a(d).T, a(d).transpose(0, 1), a(d).permute(1, 0)],
    "squeeze": lambda d: [_BITS.to(d).squeeze(1), a(d).unsqueeze(0)],
    "flatten": lambda d: [a(d).flatten(), _IMAGES.to(d).flatten(1)],
    "expand": lambda d: [v(d).expand(2, 3), v(d).repeat(2, 1), v(d).expand_as(a(d))],
    "cat": lambda d: [torch.cat([a(d), b(d)]), torch.cat([a(d), b(d)], dim=1)],
    "stack": lambda d: torch.stack([v(d), v(d)]),
    "split": lambda d: [*a(d).split(2), *a(d).chunk(3, dim=1), *torch.tensor_split(a(d), 2)],
    "unbind": lambda d: [*a(d).unbind(), *list(a(d))],
    "index": lambda d: [a(d)[0], a(d)[1:3, ::2], a(d)[..., -1], a(d)[None]],
    "index_list": lambda d: a(d)[[0, 2]],
    "index_tensor": lambda d: a(d)[_ROWS.to(d)],
    "index_pair": lambda d: a(d)[torch.arange(4, device=d), _CLASSES.to(d)],
    "index_mask": lambda d: a(d)[_MASK.to(d)],
    "index_select": lambda d: a(d).index_select(0, _ROWS.to(d)),
    "gather": lambda d: a(d).gather(1, _CLASSES.to(d).unsqueeze(1)),
    "take": lambda d: torch.take(a(d), _ROWS.to(d)),
    "masked_select": lambda d: a(d).masked_select(_MASK.to(d)),
    "tril": lambda d: [a(d).tril(), a(d).triu(), a(d).diag()],
    "flip": lambda d: [a(d).flip(0), a(d).roll(1, 0)],
    "pad": lambda d: F.pad(a(d), (1, 1)),
    "contiguous": lambda d: [a(d).t().contiguous(), a(d).t().is_contiguous()],
    "meshgrid": lambda d: list(torch.meshgrid(v(d), v(d), indexing="ij")),
    "one_hot": lambda d: F.one_hot(_CLASSES.to(d)),
    "shape": lambda d: [tuple(a(d).shape), a(d).numel(), a(d).dim(), len(a(d)), a(d).stride()],
    "clone": lambda d: [a(d).clone(), a(d).detach(), a(d).data],
}

ALIASES: Mapping[str, Operation] = {
    "row": lambda d: _after(a(d), lambda x: x[0].zero_()),
    "column": lambda d: _after(a(d), lambda x: x[:, 1].add_(5)),
    "view": lambda d: _after(a(d), lambda x: x.view(-1)[5:].mul_(2)),
    "transpose": lambda d: _after(a(d), lambda x: x.t()[0].fill_(1)),
    "diagonal": lambda d: _after(a(d), lambda x: x.diagonal().zero_()),
    "detach": lambda d: _after(a(d), lambda x: x.detach().zero_()),
    "data": lambda d: _after(live(d), lambda x: x.data.zero_()),
    "data_update": lambda d: _after(live(d), lambda x: x.data.sub_(0.1 * x.data)),
    "unbind": lambda d: _after(a(d), lambda x: [row.add_(1) for row in x]),
    "chunk": lambda d: _after(a(d), lambda x: x.chunk(2)[1].zero_()),
    "same_memory": lambda d: [x.view(-1).data_ptr() == x.data_ptr() for x in [a(d)]],
    "clone_is_apart": lambda d: _after(a(d), lambda x: x.clone().zero_()),
    "no_copy_to_itself": lambda d: [x.to(d) is x for x in [a(d)]],
    "copy_to_itself": lambda d: _after(a(d), lambda x: x.to(d, copy=True).zero_()),
    "set_row": lambda d: _after(a(d), _set(0, 1.0)),
    "set_slice": lambda d: _after(a(d), _set(slice(1, 3), _B[1:3])),
    "set_mask": lambda d: _after(a(d), lambda x: x.__setitem__(x > 0, 0.0)),
    "set_indices": lambda d: _after(a(d), lambda x: x.__setitem__(_ROWS.to(d), 9.0)),
    "masked_fill": lambda d: [a(d).masked_fill(_MASK.to(d), 0), _after(a(d), _fill_mask)],
    "index_add": lambda d: a(d).index_add(0, _ROWS.to(d), b(d)[:2]),
    "scatter": lambda d: a(d).scatter(1, _CLASSES.to(d).unsqueeze(1), 0.0),
    "scatter_add": lambda d: a(d).scatter_add_(0, _ROWS.to(d).view(-1, 1), b(d)),
    "increments": lambda d: _after(a(d), *[_increment] * 3),
    "inplace": lambda d: a(d).add_(1).mul_(2).sub_(b(d)).div_(3).clamp_(min=0).zero_(),
    "inplace_functions": lambda d: F.relu_(a(d)).exp_().sqrt_().neg_(),
    "version": lambda d: [_after(a(d), lambda x: x.add_(1), lambda x: x[0].add_(1))._version],
    "swap_rows": lambda d: _after(a(d), lambda x: x.__setitem__([0, 1], x[[1, 0]])),
    "copy_": lambda d: a(d).copy_(b(d)),
    "copy_from_cpu": lambda d: a(d).copy_(_B),
    "setitem_from_cpu": lambda d: _after(a(d), lambda x: x.__setitem__(slice(0, 2), _B[:2])),
    "resize": lambda d: torch.empty(0, device=d).resize_(3).zero_(),
    "set_data": lambda d: _after(live(d), lambda x: setattr(x, "data", b(d))),
}


def _fill_mask(x: Tensor) -> None:
    x.masked_fill_(x < 0, 3.0)


def _increment(x: Tensor) -> None:
    x += 1


LINEAR_ALGEBRA: Mapping[str, Operation] = {
    "matmul": lambda d: [a(d) @ b(d).T, a(d) @ v(d), v(d) @ v(d)],
    "mm": lambda d: [torch.mm(a(d), b(d).T), torch.addmm(torch.zeros(2, device=d), a(d), w(d).T)],
    "bmm": lambda d: torch.bmm(_SEQUENCE.to(d), _SEQUENCE.to(d).transpose(1, 2)),
    "einsum": lambda d: torch.einsum("ij,kj->ik", a(d), b(d)),
    "outer": lambda d: [torch.outer(v(d), v(d)), torch.dot(v(d), v(d))],
    "solve": lambda d: torch.linalg.solve(_SPD.to(d), v(d)),
    "inverse": lambda d: [torch.linalg.inv(_SPD.to(d)), torch.linalg.det(_SPD.to(d))],
    "cholesky": lambda d: torch.linalg.cholesky(_SPD.to(d)),
    "cdist": lambda d: torch.cdist(a(d), b(d)),
    "trace": lambda d: a(d)[:3].trace(),
}


LAYERS: Mapping[str, Operation] = {
    "linear": _layer(lambda: nn.Linear(3, 2), _A),
    "linear_no_bias": _layer(lambda: nn.Linear(3, 2, bias=False), _A),
    "functional_linear": lambda d: F.linear(a(d), w(d)),
    "conv1d": _layer(lambda: nn.Conv1d(5, 3, 2), _SEQUENCE),
    "conv2d": _layer(lambda: nn.Conv2d(3, 4, 3, padding=1), _IMAGES),
    "conv2d_strided": _layer(lambda: nn.Conv2d(3, 4, 3, stride=2, bias=False), _IMAGES),
    "conv_transpose2d": _layer(lambda: nn.ConvTranspose2d(3, 2, 2, stride=2), _IMAGES),
    "batch_norm1d": _layer(lambda: nn.BatchNorm1d(3), _A),
    "batch_norm1d_eval": _layer(lambda: nn.BatchNorm1d(3), _A, train=False),
    "batch_norm2d": _layer(lambda: nn.BatchNorm2d(3), _IMAGES),
    "layer_norm": _layer(lambda: nn.LayerNorm(3), _A),
    "group_norm": _layer(lambda: nn.GroupNorm(3, 3), _IMAGES),
    "max_pool2d": _layer(lambda: nn.MaxPool2d(2), _IMAGES),
    "avg_pool2d": _layer(lambda: nn.AvgPool2d(2), _IMAGES),
    "adaptive_pool2d": _layer(lambda: nn.AdaptiveAvgPool2d(1), _IMAGES),
    "flatten": _layer(nn.Flatten, _IMAGES),
    "embedding": _layer(lambda: nn.Embedding(3, 4), _CLASSES),
    "dropout_eval": _layer(lambda: nn.Dropout(0.5), _A, train=False),
    "lstm": _layer(lambda: nn.LSTM(4, 3, batch_first=True), _SEQUENCE),
    "gru": _layer(lambda: nn.GRU(4, 3), _SEQUENCE),
    "attention": _attention,
    "transformer": _layer(
        lambda: nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True), _SEQUENCE
    ),
    "upsample": _layer(lambda: nn.Upsample(scale_factor=2), _IMAGES),
    "cnn": _layer(
        lambda: nn.Sequential(
            nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(36, 3),
        ),
        _IMAGES,
    ),
}  # fmt: skip


_ACTIVATIONS: Mapping[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "relu_inplace": lambda: nn.Sequential(nn.Linear(3, 3), nn.ReLU(inplace=True)),
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "softplus": nn.Softplus,
    "hardtanh": nn.Hardtanh,
    "prelu": nn.PReLU,
    "softmax": lambda: nn.Softmax(dim=1),
    "log_softmax": lambda: nn.LogSoftmax(dim=1),
}
ACTIVATIONS: Mapping[str, Operation] = {
    name: _layer(make, _A) for name, make in _ACTIVATIONS.items()
}

LOSSES: Mapping[str, Operation] = {
    "mse": _loss(lambda _: nn.MSELoss(), _A[:, :1], _BITS),
    "mse_sum": _loss(lambda _: nn.MSELoss(reduction="sum"), _A[:, :1], _BITS),
    "mse_none": _loss(lambda _: nn.MSELoss(reduction="none"), _A[:, :1], _BITS),
    "l1": _loss(lambda _: nn.L1Loss(), _A, _B),
    "smooth_l1": _loss(lambda _: nn.SmoothL1Loss(), _A, _B),
    "huber": _loss(lambda _: nn.HuberLoss(), _A, _B),
    "bce_logits": _loss(lambda _: nn.BCEWithLogitsLoss(), _A[:, :1], _BITS),
    "bce_logits_large": _loss(lambda _: nn.BCEWithLogitsLoss(), _A[:, :1] * 200, _BITS),
    "bce_logits_weighted": _loss(
        lambda d: nn.BCEWithLogitsLoss(pos_weight=torch.tensor([2.0], device=d)), _A[:, :1], _BITS
    ),
    "bce_of_probabilities": _loss(lambda _: nn.BCELoss(), _A[:, :1].sigmoid(), _BITS),
    "cross_entropy": _loss(lambda _: nn.CrossEntropyLoss(), _A, _CLASSES),
    "cross_entropy_smoothed": _loss(
        lambda _: nn.CrossEntropyLoss(label_smoothing=0.2), _A, _CLASSES
    ),
    "cross_entropy_sum": _loss(lambda _: nn.CrossEntropyLoss(reduction="sum"), _A, _CLASSES),
    "cross_entropy_none": _loss(lambda _: nn.CrossEntropyLoss(reduction="none"), _A, _CLASSES),
    "cross_entropy_ignored": _loss(lambda _: nn.CrossEntropyLoss(ignore_index=2), _A, _CLASSES),
    "cross_entropy_weighted": _loss(
        lambda d: nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 3.0], device=d)), _A, _CLASSES
    ),
    "cross_entropy_of_probabilities": _loss(lambda _: nn.CrossEntropyLoss(), _A, _B.softmax(dim=1)),
    "nll": _loss(lambda _: nn.NLLLoss(), _A.log_softmax(dim=1), _CLASSES),
    "kl_div": _loss(
        lambda _: nn.KLDivLoss(reduction="batchmean"), _A.log_softmax(1), _B.softmax(1)
    ),
}

AUTOGRAD: Mapping[str, Operation] = {
    "square": _gradient(lambda x: x.square()),
    "mean_square": _gradient(lambda x: (x**2).mean()),
    "indexing": _gradient(lambda x: x[1:, 0] * 2),
    "fancy_indexing": _gradient(lambda x: x[_ROWS.to(x.device)] ** 2),
    "masking": _gradient(lambda x: x[x > 0] ** 2),
    "broadcasting": _gradient(lambda x: x * v(x.device)),
    "max": _gradient(lambda x: x.max(dim=1).values),
    "sort": _gradient(lambda x: x.sort(dim=0).values * b(x.device)),
    "cat": _gradient(lambda x: torch.cat([x, x * 2])),
    "where": _gradient(lambda x: torch.where(x > 0, x * 3, x)),
    "gather": _gradient(lambda x: x.gather(1, _CLASSES.to(x.device).unsqueeze(1))),
    "std": _gradient(lambda x: x.std(dim=0)),
    "norm": _gradient(lambda x: x.norm()),
    "prod": _gradient(lambda x: x.prod(dim=1)),
    "cumsum": _gradient(lambda x: x.cumsum(0) ** 2),
    "unbind": _gradient(lambda x: x.unbind()[1] * 2),
    "clone_inplace": _gradient(lambda x: x.clone().mul_(3)),
    "view_inplace": _gradient(lambda x: _after(x.clone(), lambda y: y[0].mul_(5))),
    "setitem": _gradient(lambda x: _after(x * 2, _set(0, 1.0))),
    "matmul": _gradient(lambda x: x @ x.T),
    "zeros_without_memory": _gradient(lambda x: x.sgn()),
    "softmax": _gradient(lambda x: x.softmax(1) * b(x.device)),
    "custom_function": _gradient(_Doubled.apply),
    "hooks": _hooked,
    "second_order": _second_order,
    "round_trip": _round_trip,
    "there_and_back": _gradient(lambda x: x.cpu().to(x.device) * 2),
    "through_the_cpu": _gradient(lambda x: x.cpu() * 2),
    "to_a_type": _gradient(lambda x: x.to(torch.float64) * 2),
    "functional_call": _functional_call,
    "func_grad": lambda d: torch.func.grad(lambda x: (x**2).sum())(a(d)),
    "func_vmap": lambda d: torch.func.vmap(lambda x: x * 2)(a(d)),
    "jacobian": lambda d: torch.autograd.functional.jacobian(lambda x: x**2, v(d)),
    "accumulates": lambda d: _after(live(d), *[lambda x: (x * 2).sum().backward()] * 3).grad,
    "given_gradient": lambda d: _after(live(d), lambda x: (x * 2).backward(b(d))).grad,
    "grad_is_one_object": lambda d: [
        x.grad is x.grad for x in [_after(live(d), lambda x: x.sum().backward())]
    ],
    "grad_assigned": lambda d: _after(live(d), lambda x: setattr(x, "grad", b(d))).grad,
    "no_grad": lambda d: _without_graph(d, torch.no_grad()),
    "inference_mode": lambda d: _without_graph(d, torch.inference_mode()),
    "clip_grad_norm": _clipped,
}


def _without_graph(d: torch.device, mode: torch.no_grad | torch.inference_mode) -> object:
    x = live(d)
    with mode:
        y = x * 2
    return y, y.requires_grad, y.is_leaf, y.is_inference()


PYTHON: Mapping[str, Operation] = {
    "item": lambda d: [a(d).sum().item(), _CLASSES.to(d)[1].item()],
    "float": lambda d: [float(a(d).mean()), int(_CLASSES.to(d)[1]), bool(a(d)[0, 0] > 0)],
    "tolist": lambda d: [a(d).tolist(), live(d).tolist(), a(d)[0, 0].tolist()],
    "format": lambda d: f"{a(d).mean():.4f}",
    "iteration": lambda d: [row.sum().item() for row in a(d)],
    "contains": lambda d: 2 in _CLASSES.to(d),
    "as_index": lambda d: ["a", "b", "c"][_CLASSES.to(d)[1]],
    "is_tensor": lambda d: [torch.is_tensor(a(d)), isinstance(a(d), Tensor)],
    "is_parameter": lambda d: isinstance(nn.Linear(1, 1).to(d).weight, nn.Parameter),
    "deepcopy": lambda d: copy.deepcopy(a(d)),
    "deepcopy_model": _copied_model,
    "save_and_load": _saved,
    "move_twice": _moved_twice,
    "parameters_to_vector": lambda d: nn.utils.parameters_to_vector([nn.Parameter(a(d))]),
    "buffer": lambda d: dict(nn.BatchNorm1d(3).to(d).named_buffers()),
    "load_state_dict": lambda d: _loaded(nn.Linear(3, 2).to(d), nn.Linear(3, 2)),
    "load_state_dict_back": lambda d: [
        p.to(d) for p in _loaded(nn.Linear(3, 2), nn.Linear(3, 2).to(d)).values()
    ],
}  # fmt: skip


def _loaded(model: nn.Module, other: nn.Module) -> dict[str, Tensor]:
    model.load_state_dict(other.state_dict())
    return dict(model.state_dict())


GROUPS: Mapping[str, Mapping[str, Operation]] = {
    "factories": FACTORIES,
    "pointwise": POINTWISE,
    "reductions": REDUCTIONS,
    "shapes": SHAPES,
    "aliases": ALIASES,
    "linear_algebra": LINEAR_ALGEBRA,
    "layers": LAYERS,
    "activations": ACTIVATIONS,
    "losses": LOSSES,
    "autograd": AUTOGRAD,
    "python": PYTHON,
}
OPERATIONS: Mapping[str, Operation] = {
    f"{group}/{name}": operation
    for group, operations in GROUPS.items()
    for name, operation in operations.items()
}
