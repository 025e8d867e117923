"""PyTorch's, NumPy's and Python's global switches. Runs beside student code.

Here is every switch that a notebook can leave changed and that changes what another function
returns, how long it takes or whether it works at all. Each has its test. ``observe`` sets random
generators and warnings.

Other global state stays as it is, because it changes nothing here or is the student's own code:
print options, "warn always" (a scenario ignores warnings), cuDNN's flags, a recursion limit (a
notebook that raises it may need it), hooks on all modules or optimizers, tracing functions, timers
and signal handlers. The number of threads between operations can be set once in a process, and
nothing here uses them.
"""

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.autograd import forward_ad
from torch.autograd.grad_mode import _enter_inference_mode
from torch.overrides import _get_current_function_mode_stack
from torch.utils import _python_dispatch
from torch.utils._device import DeviceContext

_NO_COMPILER = "TORCHDYNAMO_DISABLE"


@dataclass(frozen=True, slots=True)
class Switch:
    """One global switch.

    Attributes:
        name: Its name in an observation.
        read: Returns its state; two states are equal if the switch did not change between them.
        write: Sets it to a state that was read, or to the default.
        default: Its state in a scenario.
        meaning: The part of a state that makes a difference to a notebook.
    """

    name: str
    read: Callable[[], Any]
    write: Callable[[Any], object]
    default: Any
    meaning: Callable[[Any], Any] = lambda state: state


# Inference mode lasts as long as its guard object, and ours must last.
_GUARDS: list[object] = []


def _set_inference_mode(on: bool) -> None:  # noqa: FBT001 - what was read
    _GUARDS.append(_enter_inference_mode(on))


def _function_modes() -> tuple[object, ...]:
    """The mode of the default device, and the stack of modes that were entered."""
    chosen = getattr(torch._GLOBAL_DEVICE_CONTEXT, "device_context", None)  # noqa: SLF001
    return (chosen, *_get_current_function_mode_stack())


def _set_function_modes(modes: tuple[Any, ...]) -> None:
    while torch._C._len_torch_function_stack():  # noqa: SLF001
        torch._C._pop_torch_function_stack()  # noqa: SLF001
    chosen, *stack = modes
    torch._GLOBAL_DEVICE_CONTEXT.device_context = chosen  # noqa: SLF001
    for mode in stack:
        torch._C._push_on_torch_function_stack(mode)  # noqa: SLF001


def _default_device(modes: tuple[Any, ...]) -> tuple[object, ...]:
    """The default device, and the modes that are no device's."""
    devices = [mode.device for mode in modes if isinstance(mode, DeviceContext)]
    others = [mode for mode in modes[1:] if not isinstance(mode, DeviceContext)]
    return (devices[-1] if devices else torch.device("cpu"), *others)


def _dispatch_modes() -> tuple[object, ...]:
    return tuple(_python_dispatch._get_current_dispatch_mode_stack())  # noqa: SLF001


def _set_dispatch_modes(modes: tuple[Any, ...]) -> None:
    while torch._C._len_torch_dispatch_stack():  # noqa: SLF001
        _python_dispatch._pop_mode()  # noqa: SLF001
    for mode in modes:
        _python_dispatch._push_mode(mode)  # noqa: SLF001


def _autocast() -> tuple[object, ...]:
    # Only a change of the nesting returns it: up, and down again in the last line.
    torch.autocast_increment_nesting()
    return (
        torch.is_autocast_enabled("cpu"),
        torch.get_autocast_dtype("cpu"),
        torch.is_autocast_enabled("cuda"),
        torch.is_autocast_cache_enabled(),
        torch.autocast_decrement_nesting(),
    )


def _set_autocast(states: tuple[Any, ...]) -> None:
    on_cpu, dtype, on_cuda, is_cached, nesting = states
    torch.set_autocast_enabled("cpu", on_cpu)
    torch.set_autocast_dtype("cpu", dtype)
    torch.set_autocast_enabled("cuda", on_cuda)
    torch.set_autocast_cache_enabled(is_cached)
    while _autocast()[-1] > nesting:
        torch.autocast_decrement_nesting()
    while _autocast()[-1] < nesting:
        torch.autocast_increment_nesting()
    torch.clear_autocast_cache()


def _anomaly_detection() -> tuple[bool, bool]:
    return torch.is_anomaly_enabled(), torch.is_anomaly_check_nan_enabled()


def _dual_levels() -> int:
    return forward_ad._current_level  # noqa: SLF001


def _set_dual_levels(wanted: int) -> None:
    while _dual_levels() > wanted:
        forward_ad.exit_dual_level()
    while _dual_levels() < wanted:
        forward_ad.enter_dual_level()


def _matmul_precision() -> str:
    # torch.get_float32_matmul_precision() raises where this newer name was used as well.
    return torch._C._get_fp32_precision_getter("mkldnn", "matmul")  # noqa: SLF001


def _set_matmul_precision(precision: str) -> None:
    torch._C._set_fp32_precision_setter("mkldnn", "matmul", precision)  # noqa: SLF001


def _flushes_denormals() -> bool:
    # PyTorch sets it and cannot read it. Half of the smallest normal number is denormal.
    return sys.float_info.min / 2 == 0.0


def _set_garbage_collection(on: bool) -> None:  # noqa: FBT001 - what was read
    (gc.enable if on else gc.disable)()


def _no_compiler() -> str | None:
    return os.environ.get(_NO_COMPILER)


def _set_no_compiler(value: str | None) -> None:
    if value is None:
        os.environ.pop(_NO_COMPILER, None)
    else:
        os.environ[_NO_COMPILER] = value


# The settings that a function must leave as they were, by the notebooks' rules. Inference mode
# changes the grad mode, so it comes first.
SETTINGS = (
    Switch("inference_mode", torch.is_inference_mode_enabled, _set_inference_mode, default=False),
    Switch("grad_mode", torch.is_grad_enabled, torch.set_grad_enabled, default=True),
    Switch(
        "default_dtype", torch.get_default_dtype, torch.set_default_dtype, default=torch.float32
    ),
    Switch(
        "default_device",
        _function_modes,
        _set_function_modes,
        default=(None,),
        meaning=_default_device,
    ),
    # Models are tiny here: a second thread would wait more than it works.
    Switch("threads", torch.get_num_threads, torch.set_num_threads, default=1),
    Switch(
        "deterministic_mode",
        torch.get_deterministic_debug_mode,
        torch.set_deterministic_debug_mode,
        default=0,
    ),
    Switch(
        "anomaly_detection",
        _anomaly_detection,
        lambda state: torch.set_anomaly_enabled(*state),
        default=(False, True),
    ),
    Switch("autocast", _autocast, _set_autocast, default=(False, torch.bfloat16, False, True, 0)),
    Switch(
        "numpy_errors",
        np.geterr,
        lambda state: np.seterr(**state),
        default={"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"},
    ),
)
SWITCHES = (
    *SETTINGS,
    Switch("dispatch_modes", _dispatch_modes, _set_dispatch_modes, default=()),
    Switch("dual_levels", _dual_levels, _set_dual_levels, default=-1),
    Switch(
        "multithreaded_backward",
        torch._C._is_multithreading_enabled,  # noqa: SLF001
        torch.autograd.set_multithreading_enabled,
        default=True,
    ),
    Switch("matmul_precision", _matmul_precision, _set_matmul_precision, default="ieee"),
    Switch("flush_denormal", _flushes_denormals, torch.set_flush_denormal, default=False),
    Switch(
        "overwritten_parameters",
        torch.__future__.get_overwrite_module_params_on_conversion,
        torch.__future__.set_overwrite_module_params_on_conversion,
        default=False,
    ),
    Switch(
        "swapped_parameters",
        torch.__future__.get_swap_module_params_on_conversion,
        torch.__future__.set_swap_module_params_on_conversion,
        default=False,
    ),
    Switch("garbage_collection", gc.isenabled, _set_garbage_collection, default=True),
    # A function that is compiled within a scenario runs as it was written.
    Switch("no_compiler", _no_compiler, _set_no_compiler, default="1"),
)
_DEFAULTS = tuple(switch.default for switch in SWITCHES)


def read_all() -> tuple[Any, ...]:
    """The state of every switch."""
    return tuple(switch.read() for switch in SWITCHES)


def moved_settings(before: Sequence[Any]) -> list[str]:
    """Names of the settings that have changed since the states in ``before`` were read."""
    # The states are those of SWITCHES, which begins with SETTINGS.
    pairs = zip(SETTINGS, before, strict=False)
    return [s.name for s, state in pairs if s.meaning(s.read()) != s.meaning(state)]


def put_back(before: Sequence[Any], *, but: str = "") -> None:
    """Put every switch back except the one called ``but``."""
    for switch, value in zip(SWITCHES, before, strict=True):
        if switch.name != but and switch.read() != value:
            switch.write(value)


@contextmanager
def at_their_defaults() -> Iterator[None]:
    """Within, every switch is at its default; afterwards each has its earlier state."""
    before = read_all()
    put_back(_DEFAULTS)
    try:
        with _compiled_code_runs_as_written():
            yield
    finally:
        put_back(before)


def _compiled_code_runs_as_written() -> AbstractContextManager[object]:
    """Within, functions that the notebook has compiled run as written: there may be no compiler."""
    # While its front end is not loaded, nothing has been compiled, and loading it takes a second.
    if "torch._dynamo" not in sys.modules:
        return nullcontext()
    stance: AbstractContextManager[object] = torch.compiler.set_stance("force_eager")
    return stance
