"""Wrong solutions of ``pick_device``, each with its name and hint. Answers: never in a kit."""

import torch

# %% hard-coded-cuda
# hint: CUDA is the answer also where there is none. Either nothing is asked, or the question lacks
# its parentheses: a function that is not called counts as true.
def pick_device():
    return torch.device("cuda")

# %% always-cpu
# hint: The CPU is the answer also where torch.cuda.is_available() says True. Perhaps it was asked
# too early, before the call, or something else was asked.
def pick_device():
    return torch.device("cpu")

# %% inverted
# hint: CUDA and CPU are the wrong way round: CUDA is the answer where there is none.
def pick_device():
    return torch.device("cpu" if torch.cuda.is_available() else "cuda")

# %% returns-string
# hint: The name of a device comes back, a text. Asked for is a torch.device made from it.
def pick_device():
    return "cuda" if torch.cuda.is_available() else "cpu"

# %% returns-availability
# hint: Whether there is CUDA comes back, True or False. Asked for is the device to use then.
def pick_device():
    return torch.cuda.is_available()

# %% returns-nothing
# hint: Nothing is returned: the caller gets None.
def pick_device():
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

# %% nothing-without-cuda
# hint: Where there is no CUDA, nothing is returned: the caller gets None.
def pick_device():
    if torch.cuda.is_available():
        return torch.device("cuda")

# %% other-device
# hint: Where there is no CUDA, some other accelerator is the answer. Asked for are CUDA or the CPU,
# whatever else the machine has.
def pick_device():
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")

# %% other-device.first
# hint: Another accelerator is preferred to CUDA. Asked for are CUDA or the CPU, whatever else the
# machine has.
def pick_device():
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")

# %% simgpu-for-cuda
# hint: The simulated GPU is the answer where there is no CUDA. Asked for are CUDA or the CPU.
def pick_device():
    return torch.device("cuda" if torch.cuda.is_available() else "simgpu")

# %% simgpu-for-cuda.always
# hint: The simulated GPU is the answer. Asked for are CUDA or the CPU, whatever else the machine
# has.
def pick_device():
    return torch.device("simgpu")

# %% leaves-settings-changed.default-device
# hint: The default device is changed for the whole notebook: every tensor that is made afterwards
# is there.
def pick_device():
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.set_default_device(device)
    return device
