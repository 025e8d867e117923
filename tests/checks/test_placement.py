"""Values apart from their device."""

from autograder.checks.comparison import difference
from autograder.checks.placement import anywhere
from autograder.model.observation import Array, Opaque, Value


def an_array(device: str, data: bytes = b"\0\0\x80?") -> Array:
    """One float32, 1.0 unless said otherwise."""
    return Array("float32", (1,), data, device=device, requires_grad=True)


def test_the_device_is_set_aside_and_nothing_else() -> None:
    """It is true that in any container only the device of tensors is forgotten."""
    there: Value = {"w": [an_array("simgpu:0"), 1.0], "t": (an_array("cpu"), None, Opaque("x"))}
    here: Value = {"w": [an_array("cpu"), 1.0], "t": (an_array("cpu"), None, Opaque("x"))}
    assert anywhere(there) == here
    assert difference(there, here) is not None


def test_values_still_count() -> None:
    """It is true that other numbers on another device are still other numbers."""
    other = anywhere(an_array("simgpu:0", b"\0\0\0@"))
    assert difference(other, anywhere(an_array("cpu"))) is not None


def test_numpy_is_no_device() -> None:
    """It is true that a NumPy array never passes for a tensor."""
    assert anywhere(an_array("numpy")) == an_array("numpy")
