"""Values without the device they are on, for checks of the values alone. Pure functions."""

from dataclasses import replace

from autograder.model.observation import Array, Value


def anywhere(value: Value) -> Value:
    """The same values with every tensor on the CPU; NumPy's arrays stay what they are."""
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
