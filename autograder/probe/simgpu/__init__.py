"""A second device with real numbers, on any machine. Runs beside student code.

``install()`` makes ``torch.device("simgpu")`` a device of this process. Tensors and modules move to
it and back, operations on it give the CPU's numbers, and a mixture of devices that raises on CUDA
raises here. It proves nothing about a GPU's speed, memory or rounding.

Why it is built this way; each was tried on PyTorch 2.13:

- *A registered backend whose tensors C++ believes to be elsewhere* starts a thread of autograd's
  for the device at the first backward pass. A forked child then cannot run backward, and a process
  that has run backward before cannot register at all ("INTERNAL ASSERT", for want of a queue). Our
  kernels are forks, observations are forks of them, and students have run backward by then.
- *A wrapper with a tensor inside* has no storage: views, ``detach`` and in-place operations must
  each be taught to alias.
- *A class that only answers ``__torch_function__``* sees calls, not kernels: what a hook, the
  autograd engine or ``torch.func`` makes is a plain tensor again, and counts as a mixture.
- *A mode* slows every operation of the process down and is lost in other threads.

So a simulated tensor is a CPU tensor of a class with ``__torch_dispatch__`` (see ``tensor``): one
storage, PyTorch's own views and autograd, and the CPU's queue in the engine, so that no thread
starts and forks run backward at any depth. What C++ then believes wrongly is put right in Python:
copies between the devices are an autograd function of ours (``tensor``), what a tensor says of
itself is answered by its class (``overrides``), and factories are PrivateUse1 kernels
(``backend``).
Only ``torch.tensor``, ``as_tensor``, ``asarray`` and ``to``, ``type``, ``cuda``, ``pin_memory`` and
``data`` of Tensor have to be wrapped: one or two microseconds a call for a CPU tensor, and nothing
before ``install()``.

Known to differ from CUDA: random numbers come from the CPU's generator (that is what makes them the
CPU's), hooks on a parameter do not survive ``module.to``, a foreign gradient handed to
``torch.autograd.grad`` is not refused, and mixtures inside a custom backward are not either. On a
machine with CUDA, PyTorch pins no memory once the device is installed, and takes a bare number, as
in ``x.to(0)``, for this device: it knows one accelerator. CUDA by name stays what it is there.
"""

from autograder.probe.simgpu.backend import is_registered, register
from autograder.probe.simgpu.device import NAME

__all__ = ["NAME", "install"]


def install() -> None:
    """Make ``torch.device("simgpu")`` work in this process; again, it does nothing.

    Raises:
        UsageError: Another library has taken the one place that PyTorch has for such a device.
    """
    if not is_registered():
        register()
