"""Calls that hand tensors of two devices to one operation, and whether CUDA raises.

Each call is a function of a device. *Source:* PyTorch 2.13's own device checks, see
autograder/probe/simgpu/mixing.py; on a machine with CUDA the same list is run against it.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - as everybody calls it
from torch import Tensor, nn

from tests.probe.operations import a, b, live, v, w

Call = Callable[[torch.device], object]

CPU = torch.device("cpu")
_ROWS = torch.tensor([2, 0])
_CLASSES = torch.tensor([0, 2, 1, 2])
_TWO = torch.tensor(2.0)
_IMAGES = torch.ones(1, 3, 4, 4)
_MASK = a(CPU) > 0


def _set(x: Tensor, index: Any, value: Any) -> Tensor:
    x[index] = value
    return x


# PyTorch's own types leave out some of what it takes.
def _typed(x: Any, name: Any) -> Any:
    return x.type(name)


def _to(x: Any, **where: Tensor) -> Tensor:
    moved: Tensor = x.to(**where)
    return moved


def _settled(x: Any, source: Tensor) -> Tensor:
    there: Tensor = x.set_(source)
    return there


_TYPE: Any = Tensor.type


def _assign_gradient(d: torch.device) -> None:
    live(d).grad = a(CPU)


def _step_with_a_mixed_batch(d: torch.device) -> None:
    model = nn.Linear(3, 3).to(d)
    nn.functional.mse_loss(model(a(d)), b(CPU)).backward()


def _adam(d: torch.device) -> object:
    """Its step counter is a 0-d tensor on the CPU."""
    x = live(d)
    optimizer = torch.optim.Adam([x])
    x.sum().backward()
    optimizer.step()
    return optimizer.state[x]["exp_avg"]


RAISES: Mapping[str, Call] = {
    "linear_input": lambda d: F.linear(a(CPU), w(d)),
    "linear_weight": lambda d: F.linear(a(d), w(CPU)),
    "linear_bias": lambda d: F.linear(a(d), w(d), v(CPU)[:2]),
    "linear_module": lambda d: nn.Linear(3, 2).to(d)(a(CPU)),
    "module_left_behind": lambda d: nn.Linear(3, 2)(a(d)),
    "sequential": lambda d: nn.Sequential(nn.Linear(3, 2).to(d), nn.ReLU(), nn.Linear(2, 1))(a(d)),
    "conv_input": lambda d: nn.Conv2d(3, 2, 3).to(d)(_IMAGES),
    "conv_weight": lambda d: nn.Conv2d(3, 2, 3)(_IMAGES.to(d)),
    "batch_norm": lambda d: nn.BatchNorm1d(3)(a(d)),
    "layer_norm": lambda d: nn.LayerNorm(3)(a(d)),
    "embedding": lambda d: nn.Embedding(3, 2).to(d)(_CLASSES),
    "add": lambda d: a(d) + b(CPU),
    "add_other_way": lambda d: a(CPU) + b(d),
    "sub": lambda d: a(d) - b(CPU),
    "mul": lambda d: a(d) * v(CPU),
    "div": lambda d: a(d) / b(CPU),
    "power": lambda d: a(d) ** b(CPU),
    "add_in_place": lambda d: a(d).add_(b(CPU)),
    "add_in_place_on_cpu": lambda d: a(CPU).add_(b(d)),
    "number_on_cpu_takes_none": lambda d: torch.tensor(1.0).add_(a(d).sum()),
    "number_with_cpu_rows": lambda d: a(d).sum() + a(CPU),
    "rows_with_number": lambda d: a(CPU) * a(d).mean(),
    "add_alpha": lambda d: torch.add(a(d), b(CPU), alpha=2),
    "addcmul": lambda d: torch.addcmul(a(d), a(d), b(CPU)),
    "maximum": lambda d: torch.maximum(a(d), b(CPU)),
    "compare": lambda d: a(d) > b(CPU),
    "equals": lambda d: a(d) == a(CPU),
    "equal": lambda d: torch.equal(a(d), a(CPU)),
    "allclose": lambda d: torch.allclose(a(d), a(CPU)),
    "where_mask": lambda d: torch.where(_MASK, a(d), b(d)),
    "where_branch": lambda d: torch.where(_MASK.to(d), a(d), b(CPU)),
    "matmul": lambda d: a(d) @ b(CPU).T,
    "matmul_other_way": lambda d: a(CPU) @ b(d).T,
    "matrix_vector": lambda d: a(d) @ v(CPU),
    "dot": lambda d: v(d) @ v(CPU),
    "bmm": lambda d: torch.bmm(a(d)[None], b(CPU).T[None]),
    "einsum": lambda d: torch.einsum("ij,kj->ik", a(d), b(CPU)),
    "cat": lambda d: torch.cat([a(d), b(CPU)]),
    "stack": lambda d: torch.stack([a(CPU), b(d)]),
    "mse": lambda d: F.mse_loss(a(d), b(CPU)),
    "mse_other_way": lambda d: nn.MSELoss()(a(CPU), b(d)),
    "l1": lambda d: F.l1_loss(a(d), b(CPU)),
    "smooth_l1": lambda d: F.smooth_l1_loss(a(d), b(CPU)),
    "bce_with_logits": lambda d: F.binary_cross_entropy_with_logits(a(d), b(CPU).sigmoid()),
    "bce": lambda d: F.binary_cross_entropy(a(d).sigmoid(), b(CPU).sigmoid()),
    "cross_entropy_target": lambda d: F.cross_entropy(a(d), _CLASSES),
    "cross_entropy_logits": lambda d: F.cross_entropy(a(CPU), _CLASSES.to(d)),
    "cross_entropy_smoothed": lambda d: F.cross_entropy(a(d), _CLASSES, label_smoothing=0.1),
    "cross_entropy_weight": lambda d: F.cross_entropy(a(d), _CLASSES.to(d), weight=v(CPU).abs()),
    "nll": lambda d: F.nll_loss(a(d).log_softmax(1), _CLASSES),
    "training_step": _step_with_a_mixed_batch,
    "gather": lambda d: a(d).gather(1, _CLASSES[:, None]),
    "index_select": lambda d: a(d).index_select(0, _ROWS),
    "index_add": lambda d: a(d).index_add(0, _ROWS.to(d), b(CPU)[:2]),
    "scatter": lambda d: a(d).scatter_(1, _CLASSES[:, None], 0.0),
    "masked_fill_mask": lambda d: a(d).masked_fill(_MASK, 0.0),
    "masked_select": lambda d: a(d).masked_select(_MASK),
    "index_of_cpu_rows": lambda d: a(CPU)[_ROWS.to(d)],
    "mask_of_cpu_rows": lambda d: a(CPU)[_MASK.to(d)],
    "set_at_indices": lambda d: _set(a(d), _ROWS.to(d), b(CPU)[:2]),
    "accuracy": lambda d: (a(d).argmax(1) == _CLASSES).float().mean(),
    "out": lambda d: torch.add(a(d), b(d), out=torch.empty(0)),
    "gradient_assigned": _assign_gradient,
    "gradient_given": lambda d: (live(d) * 2).backward(b(CPU)),
    "set_to_cpu": lambda d: _settled(a(d), b(CPU)),
    "pinned": lambda d: a(d).pin_memory(),
    "generator": lambda d: torch.rand(3, device=d, generator=torch.Generator()),
}

# The place of the result, whatever it is made of: "d" the device, "cpu" the CPU.
ALLOWED: Mapping[str, tuple[str, Call]] = {
    "add_number": ("d", lambda d: a(d) + _TWO),
    "number_first": ("d", lambda d: _TWO * a(d)),
    "number_in_place": ("d", lambda d: a(d).mul_(_TWO)),
    "number_divides": ("d", lambda d: a(d) / _TWO),
    "number_as_power": ("d", lambda d: a(d).abs() ** _TWO),
    "number_of_another_type": ("d", lambda d: a(d) * torch.tensor(3)),
    "two_numbers": ("d", lambda d: a(d).sum() + _TWO),
    "compare_with_number": ("d", lambda d: a(d) > torch.tensor(0.0)),
    "where_number": ("d", lambda d: torch.where(a(d) > 0, a(d), _TWO)),
    "maximum_of_number": ("d", lambda d: torch.maximum(a(d), _TWO)),
    "clamp_to_number": ("d", lambda d: torch.clamp(a(d), min=torch.tensor(0.0))),
    "fill_with_number": ("d", lambda d: a(d).fill_(_TWO)),
    "masked_fill_with_number": ("d", lambda d: a(d).masked_fill(a(d) > 0, _TWO)),
    "set_to_number": ("d", lambda d: _set(a(d), 0, _TWO)),
    "set_mask_to_number": ("d", lambda d: _set(a(d), _MASK.to(d), _TWO)),
    "mse_of_numbers": ("d", lambda d: F.mse_loss(a(d).sum(), _TWO)),
    "numpy_number": ("d", lambda d: torch.add(a(d), 1, alpha=cast("int", np.int64(2)))),
    "index_on_cpu": ("d", lambda d: a(d)[_ROWS]),
    "mask_on_cpu": ("d", lambda d: a(d)[_MASK]),
    "set_by_index_on_cpu": ("d", lambda d: _set(a(d), _ROWS, 1.0)),
    "set_by_mask_on_cpu": ("d", lambda d: _set(a(d), _MASK, 1.0)),
    "set_rows_from_cpu": ("d", lambda d: _set(a(d), slice(0, 2), b(CPU)[:2])),
    "set_cpu_rows": ("cpu", lambda d: _set(a(CPU), slice(0, 2), b(d)[:2])),
    "copy_from_cpu": ("d", lambda d: a(d).copy_(b(CPU))),
    "copy_to_cpu": ("cpu", lambda d: a(CPU).copy_(b(d))),
    "copy_without_waiting": ("cpu", lambda d: a(CPU).copy_(b(d), non_blocking=True)),
    "to_like": ("d", lambda d: a(CPU).to(b(d))),
    "to_like_cpu": ("cpu", lambda d: a(d).to(b(CPU))),
    "type_as": ("d", lambda d: a(CPU).type_as(b(d))),
    "type_as_cpu": ("cpu", lambda d: a(d).type_as(b(CPU))),
    "type_by_class": ("cpu", lambda d: _typed(a(d), torch.FloatTensor)),
    "type_by_another_class": ("cpu", lambda d: _typed(a(d), torch.LongTensor)),
    "type_by_name": ("cpu", lambda d: a(d).type("torch.FloatTensor")),
    "type_by_name_live": ("cpu", lambda d: live(d).type("torch.DoubleTensor", non_blocking=True)),
    "type_of_cpu": ("cpu", lambda d: a(d).type(a(CPU).type())),
    "type_of_device": ("d", lambda d: a(CPU).type(b(d).type())),
    "type_of_device_again": ("d", lambda d: a(d).type(b(d).type())),
    "type_by_dtype": ("d", lambda d: a(d).type(torch.float64)),
    "type_default": ("cpu", lambda d: _typed(a(d), Tensor)),
    "type_of_a_class": ("cpu", lambda d: _TYPE(a(d), torch.FloatTensor)),
    "type_of_a_module": ("cpu", lambda d: _typed(nn.Linear(3, 2).to(d), torch.FloatTensor).weight),
    "type_of_a_moved_module": ("d", lambda d: nn.Linear(3, 2).type(a(d).type()).weight),
    "half": ("d", lambda d: a(d).half()),
    "double": ("d", lambda d: a(d).double().float()),
    "long": ("d", lambda d: a(d).long()),
    "double_module": ("d", lambda d: nn.Linear(3, 2).to(d).double().weight),
    "to_like_by_keyword": ("d", lambda d: _to(a(CPU), tensor=b(d))),
    "to_like_cpu_by_keyword": ("cpu", lambda d: _to(a(d), tensor=b(CPU))),
    "module_to_like": ("d", lambda d: nn.Linear(3, 2).to(a(d)).weight),
    "module_to_like_by_keyword": ("d", lambda d: nn.Linear(3, 2).to(tensor=a(d)).weight),
    "module_to_the_cpu": ("cpu", lambda d: nn.Linear(3, 2).to(d).cpu().weight),
    "pinned": ("d", lambda d: a(CPU).pin_memory().to(d, non_blocking=True)),
    "new": ("d", lambda d: a(d).new([1.0, 2.0])),
    "new_tensor": ("d", lambda d: a(d).new_tensor([1.0, 2.0])),
    "new_tensor_elsewhere": ("cpu", lambda d: a(d).new_tensor([1.0], device="cpu")),
    "new_zeros_of_cpu": ("d", lambda d: a(CPU).new_zeros(2, device=d)),
    "empty_like_elsewhere": ("d", lambda d: torch.empty_like(a(CPU), device=d).copy_(a(CPU))),
    "set": ("d", lambda d: _settled(a(d), b(d))),
    "expand_as": ("d", lambda d: v(d).expand_as(a(CPU))),
    "view_as": ("cpu", lambda d: a(CPU).view_as(b(d))),
    "reshape_as": ("d", lambda d: a(d).reshape_as(b(CPU))),
    "broadcast": ("d", lambda d: torch.broadcast_tensors(a(d), v(CPU))[0]),
    "result_type": ("d", lambda d: [torch.result_type(a(d), a(CPU))]),
    "list_of_numbers": ("cpu", lambda d: torch.tensor([a(d)[0, 0], a(d)[0, 1]])),
    "python_sum": ("d", lambda d: sum([a(d).sum(), a(d).sum()])),
    "gradient_0d": ("d", lambda d: live(d).sum().backward(torch.tensor(2.0))),
    "number_gradient_scale": ("d", lambda d: (live(d) * _TWO).sum()),
    "step_of_the_optimizer": ("d", _adam),
}
