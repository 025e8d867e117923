"""Registers the device with PyTorch: name, module, factories. Runs beside student code."""

import sys
from collections.abc import Callable
from functools import update_wrapper, wraps
from types import ModuleType
from typing import Any

import torch
from torch import Tensor
from torch._C._autograd import DeviceType
from torch.autograd import graph
from torch.utils.backend_registration import rename_privateuse1_backend

from autograder.errors import UsageError
from autograder.probe.simgpu import storage
from autograder.probe.simgpu.device import BASE, CPU, NAME, is_simulated_device, simulated_device
from autograder.probe.simgpu.moving import may_share_data, set_data, to, to_from_anywhere, to_type
from autograder.probe.simgpu.overrides import install_overrides
from autograder.probe.simgpu.tensor import (
    OVERRIDES,
    SimulatedTensor,
    as_simulated,
    move,
    run_kernel,
)

_UNNAMED = "privateuseone"
_ENGINE = graph._engine_run_backward.__code__  # noqa: SLF001
# PyTorch forgets a kernel when its library, or the guard, is collected.
_KERNELS: list[object] = []
_GUARDS: list[object] = []


class _Guard(torch._C._acc.DeviceGuard):  # noqa: SLF001
    """Lets C++ resolve "simgpu" to "simgpu:0", and keeps autograd from starting a thread.

    When the engine first starts, it asks every guard for its type and starts a thread for each
    device that is no CPU. A forked child of a process with such threads can never run backward. For
    C++ all tensors here are on the CPU, so that is the answer to the engine.
    """

    def type_(self) -> Any:
        is_engine = sys._getframe(1).f_code is _ENGINE  # noqa: SLF001
        return DeviceType.CPU if is_engine else DeviceType.PrivateUse1


def is_registered() -> bool:
    """Whether this process knows the device."""
    return bool(_GUARDS)


def register() -> None:
    """Register the device; UsageError when this process already has another one."""
    name = torch._C._get_privateuse1_backend_name()  # noqa: SLF001
    if name not in {_UNNAMED, NAME}:
        message = (
            f"this PyTorch already has a device of its own, {name!r}, and has room for one: "
            f"use {NAME} in a Python process that has not loaded {name!r}"
        )
        raise UsageError(message)
    rename_privateuse1_backend(NAME)
    torch._register_device_module(NAME, _module())  # noqa: SLF001
    guard = _Guard()
    torch._C._acc.register_python_privateuseone_device_guard(guard)  # noqa: SLF001
    _GUARDS.append(guard)
    install_overrides()
    storage.register()
    prepare()
    _wrap_functions_without_override()


def _module() -> ModuleType:
    """``torch.simgpu``, with what PyTorch expects of a device's module.

    It is not reported as the machine's accelerator: ``torch.accelerator.is_available()`` stays what
    it was, and with it what a DataLoader does about pinned memory.
    """
    module = ModuleType(f"torch.{NAME}", "The simulated GPU.")
    module.is_available = lambda: False  # type: ignore[attr-defined]
    module.is_initialized = lambda: True  # type: ignore[attr-defined]
    module.device_count = lambda: 1  # type: ignore[attr-defined]
    module.current_device = lambda: 0  # type: ignore[attr-defined]
    module.synchronize = lambda _device=None: None  # type: ignore[attr-defined]
    # Its random numbers come from the CPU's generator, which torch.manual_seed has seeded.
    module.manual_seed_all = lambda _seed: None  # type: ignore[attr-defined]
    module._is_in_bad_fork = lambda: False  # type: ignore[attr-defined]  # noqa: SLF001
    return module


def prepare() -> None:
    """Register the kernels, which takes 40 ms; the forks of this process then save them.

    These kernels make a tensor from no tensor; all others are dispatched on a tensor's class. As
    long as the device has no name, no call reaches them.
    """
    if _KERNELS:
        return
    kernels = torch.library.Library("aten", "IMPL", "PrivateUse1")
    kernels.impl("empty.memory_format", _empty)
    kernels.impl("empty_strided", _empty_strided)
    others = torch.library.Library("_", "IMPL")
    others.fallback(_factory, "PrivateUse1")
    _KERNELS.extend((kernels, others))


def _empty(
    size: list[int], *, memory_format: torch.memory_format | None = None, **options: Any
) -> Tensor:
    is_simulated_device(options.get("device") or simulated_device())
    layout = memory_format or torch.contiguous_format
    return as_simulated(
        torch.empty(size, dtype=options.get("dtype"), device=CPU, memory_format=layout)
    )


def _empty_strided(size: list[int], stride: list[int], **options: Any) -> Tensor:
    is_simulated_device(options.get("device") or simulated_device())
    return as_simulated(torch.empty_strided(size, stride, dtype=options.get("dtype"), device=CPU))


def _factory(func: Any, *args: Any, **keywords: Any) -> Any:
    return run_kernel(func, args, keywords)


def _wrap_functions_without_override() -> None:
    """Wrap the few functions for which PyTorch does not call ``__torch_function__``."""
    everywhere: Any = Tensor
    everywhere.data = property(BASE.data.__get__, _set_data)
    everywhere.to = wraps(BASE.to)(to_from_anywhere)
    OVERRIDES[everywhere.to] = to
    everywhere.type = wraps(BASE.type)(_type)
    OVERRIDES[everywhere.type] = OVERRIDES[BASE.type]
    everywhere.cuda = wraps(BASE.cuda)(_cuda)
    everywhere.pin_memory = wraps(BASE.pin_memory)(_pin_memory)
    for name in ("tensor", "as_tensor", "asarray"):
        setattr(torch, name, _Placing(getattr(torch, name)))
    torch._has_compatible_shallow_copy_type = may_share_data  # type: ignore[assignment]  # noqa: SLF001
    torch._C._nn._parse_to = _parsing(torch._C._nn._parse_to)  # noqa: SLF001


def _set_data(this: Tensor, content: Tensor) -> None:
    if type(this) is not SimulatedTensor and type(content) is not SimulatedTensor:
        BASE.data.__set__(this, content)
    else:
        set_data(this, content)


def _type(self: Tensor, dtype: Any = None, *args: Any, **keywords: Any) -> Any:
    # C++ knows no type of this device: ``x.type(weight.type())``.
    is_ours = isinstance(dtype, str) and f".{NAME}." in dtype
    return to_type(self, dtype) if is_ours else BASE.type(self, dtype, *args, **keywords)


def _cuda(self: Tensor, device: Any = None, *args: Any, **keywords: Any) -> Tensor:
    # For C++ a bare number is a device of ours, once there is one.
    place = torch.device("cuda", device) if isinstance(device, int) else device
    cuda: Tensor = BASE.cuda(self, place, *args, **keywords)
    return cuda


def _pin_memory(self: Tensor, *args: Any, **keywords: Any) -> Tensor:
    # C++ would ask our device for such memory; to a copy from it the kind makes no difference.
    simulated = type(self) is SimulatedTensor
    return self.pin_memory(*args, **keywords) if simulated else self.clone()


class _Placing:
    """``torch.tensor``, ``as_tensor`` or ``asarray``, for simulated tensors as well.

    It equals the function that it wraps: ``with torch.device(...)`` and other modes recognise a
    function by comparing, and what they get is the one in C++.
    """

    def __init__(self, make: Callable[..., Tensor]) -> None:
        self._make = make
        update_wrapper(self, make)

    def __call__(self, data: Any, *args: Any, **keywords: Any) -> Tensor:
        if type(data) is not SimulatedTensor:
            return self._make(data, *args, **keywords)
        device = keywords.pop("device", None)
        made = self._make(data, *args, **keywords)
        target = simulated_device() if device is None else torch.device(device)
        return move(
            made if isinstance(made, SimulatedTensor) else as_simulated(made.detach()), target
        )

    def __eq__(self, other: object) -> bool:
        return other is self or other == self._make

    def __hash__(self) -> int:
        return hash(self._make)


def _parsing(parse: Callable[..., Any]) -> Callable[..., Any]:
    """The parser of ``module.to(tensor)``, which in C++ would see a tensor on the CPU."""

    @wraps(parse)
    def parsed(*args: Any, **keywords: Any) -> Any:
        like = keywords.pop("tensor", None)
        args = args if like is None else (like, *args)
        if args and type(args[0]) is SimulatedTensor:
            args = (simulated_device(), args[0].dtype, *args[1:])
        return parse(*args, **keywords)

    return parsed
