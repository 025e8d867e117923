"""What holds for the tests of every suite."""

import pytest
import torch


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> None:
    """Compute as in the sandbox: more threads than free cores make tiny models slow."""
    torch.set_num_threads(1)
