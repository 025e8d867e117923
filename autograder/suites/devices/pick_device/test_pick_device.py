"""Checks of ``pick_device`` on its public scenarios. Part of the kit."""

from autograder.checks.check import check, require
from autograder.checks.settings import settings_check
from autograder.model.observation import Observation


@check("with_and_without_cuda", weight=2)
def test_follows_what_is_available(actual: Observation, expected: Observation) -> None:
    """It answers CUDA where torch.cuda.is_available() says so when it is called, else the CPU."""
    require_same_kinds(actual, expected)


@check("with_and_without_cuda", weight=0.5, requires=["test_follows_what_is_available"])
def test_returns_a_torch_device(actual: Observation, expected: Observation) -> None:
    """The answer is a torch.device, not a text."""
    require(
        actual["devices"] == expected["devices"],
        "The right device is named, but the answer is not a torch.device. A text becomes one "
        "through torch.device(...).",
    )


test_leaves_settings_alone = settings_check(
    __name__, "with_and_without_cuda", weight=0.1, requires=["test_follows_what_is_available"]
)


def require_same_kinds(actual: Observation, expected: Observation) -> None:
    """Raise CheckFailed unless every answer is on the right kind of device."""
    found, wanted = actual["kinds"], expected["kinds"]
    pairs = list(zip(found, wanted, strict=False)) if isinstance(found, list | tuple) else []  # type: ignore[arg-type]
    for has_cuda in ("cpu", "cuda"):
        where = "has no CUDA" if has_cuda == "cpu" else "has CUDA"
        wrong = any(left != right for left, right in pairs if right == has_cuda)
        right_one = "the CPU" if has_cuda == "cpu" else "CUDA"
        require(not wrong, f"On a machine that {where}, the answer was not {right_one}.")
    require(found == wanted, "Not every call was answered.")
