"""Imports and runs once, in the zygote, what every kernel would otherwise do for itself.

Runs in the zygote before it holds any submission. Purely for speed: a fork finds it all done.
"""

import contextlib
import gc
import importlib
import io
import re
from pathlib import Path
from typing import Any

from autograder.errors import SandboxError
from autograder.sandbox.inside.linux import collapse_memory

# Found by comparing sys.modules before and after a first kernel's first cells.
MODULES = (
    "numpy",
    "torch",
    "torch._dynamo",
    "torch.utils.data",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "torch._subclasses.schema_check_mode",
    "PIL.PngImagePlugin",
    "IPython",
    "IPython.core.magics.pylab",
    "IPython.core.magics.execution",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "IPython.utils.module_paths",
    "ipykernel.zmqshell",
    "encodings.ascii",
    "encodings.idna",
    "encodings.latin_1",
    "pexpect",
    "pygments.formatters.html",
    "pygments.formatters.terminal256",
    "pygments.lexers.python",
    "bdb",
    "code",
    "faulthandler",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.debugger_backport",
    "pdb",
    "resource",
    "stack_data",
    "autograder.probe.session",
    "autograder.probe.observe",
)
OPTIONAL_MODULES = ("matplotlib_inline.config", "torch.nn.functional", "autograder.selfcheck.check")
_HUGE_PAGE = 2 * 1024 * 1024
_ANONYMOUS = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p \S+ \S+ 0 *(\[heap\])?$")


def warm_up(kit: str) -> None:
    """Load the modules, do once what kernels will do, and pack the memory for cheap forks."""
    for name in MODULES:
        importlib.import_module(name)
    for name in OPTIONAL_MODULES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for path in sorted(Path(kit, "autograder", "suites").glob("*/*/plan.py")):
        importlib.import_module(f"autograder.suites.{path.parts[-3]}.{path.parts[-2]}.plan")
    _observe_once()
    _draw_once()
    importlib.import_module("autograder.sandbox.inside.kernel").prepare_kernel()
    # The garbage collector never looks at what exists now: it would write to, and so copy, pages.
    gc.freeze()
    pack_memory()


def pack_memory() -> int:
    """Move this process's memory to huge pages; returns how many.

    A fork copies one entry for each page: 512 times fewer take it from 17 ms to 4 ms. Kernels
    before Linux 6.1 cannot, and lose only time.
    """
    packed = 0
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        found = _ANONYMOUS.match(line)
        if not found:
            continue
        start, end = int(found[1], 16), int(found[2], 16)
        first = -(-start // _HUGE_PAGE) * _HUGE_PAGE
        for address in range(first, end - _HUGE_PAGE + 1, _HUGE_PAGE):
            packed += collapse_memory(address, _HUGE_PAGE)
    return packed


def _draw_once() -> None:
    """Make matplotlib find its fonts and build its glyphs: half of a first plot's time."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.plot([0, 1], label="loss")
    axes.set(xlabel="step", ylabel="loss", title="0123456789")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")


def _observe_once() -> None:
    """Make PyTorch and the probe build what they build on first use, by observing code of ours.

    Single-threaded, so that forks are safe. It spares each kernel 75 ms, 40 of them the kernels of
    the simulated GPU.
    """
    import torch

    from autograder.model.exercise import Scenario
    from autograder.probe.observe import observe
    from autograder.probe.simgpu.backend import prepare
    from autograder.probe.wire import encode_seen

    torch.set_num_threads(1)
    prepare()
    seen = observe(_train, Scenario("warm-up"), _plan)
    if seen.raised is not None:
        message = f"the zygote could not train a model: {seen.raised}"
        raise SandboxError(message)
    encode_seen("", seen)


def _plan(train: Any, _scenario: Any, recorder: Any) -> None:
    """Watch a small model learn, in the ways that exercises use most."""
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Linear(4, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(), nn.Linear(4, 2)
    )
    inputs, numbers, classes = torch.randn(4, 4), torch.rand(4, 2), torch.tensor([0, 1, 0, 1])
    for criterion, targets in (
        (nn.MSELoss(), numbers),
        (nn.CrossEntropyLoss(), classes),
        (nn.BCEWithLogitsLoss(), numbers),
    ):
        for optimizer in (
            torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9),
            torch.optim.Adam(model.parameters()),
        ):
            data = torch.utils.data.TensorDataset(inputs, targets)
            loader = torch.utils.data.DataLoader(data, 2, generator=torch.Generator())
            with recorder.watch(model, optimizer, criterion=criterion):
                arguments = model, loader, criterion, optimizer
                recorder.value("returned", recorder.call(train, *arguments))
                recorder.model("after", model)


def _train(model: Any, loader: Any, criterion: Any, optimizer: Any) -> float:
    total = 0.0
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = criterion(model(inputs.to("cpu")), targets)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total
