"""A simulated GPU, for trying device code on any machine; part of the student kit.

After ``from autograder import simgpu`` every PyTorch function knows ``torch.device("simgpu")``.
"""

import torch

from autograder.probe.simgpu import install

install()
device = torch.device("simgpu")
