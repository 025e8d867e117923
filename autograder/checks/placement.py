"""Values apart from the device they are on, for checks of one and not the other. Pure functions."""

from dataclasses import replace

from autograder.model.observation import Array, Value


def anywhere(value: Value) -> Value:
    """The same values as if all tensors were on one device; NumPy's arrays stay what they are."""
    match value:
        case Array() if value.device != "numpy":
            return replace(value, device="cpu")
        case dict():
            return {key: anywhere(item) for key, item in value.items()}
        case list():
            return [anywhere(item) for item in value]
        case tuple():
            return tuple(anywhere(item) for item in value)
        case _:
            return value
