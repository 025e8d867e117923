"""A returned loss: its number and its gradients. Runs beside student code."""

from torch import Tensor, nn


def number_in(loss: object) -> object:
    """The number in a tensor of one element or an int; anything else unchanged."""
    if isinstance(loss, Tensor) and loss.numel() == 1 and not loss.is_complex():
        return float(loss.detach())
    return float(loss) if isinstance(loss, int) and not isinstance(loss, bool) else loss


def gradients_from(loss: object, model: nn.Module) -> dict[str, Tensor | None] | None:
    """Every parameter's ``.grad`` after a backward pass from the loss; None where none is possible.

    As in a training loop, what was in ``.grad`` before is added.
    """
    if not isinstance(loss, Tensor) or not loss.requires_grad:
        return None
    try:
        loss.sum().backward()
    except Exception:  # noqa: BLE001 - whatever a student's own graph does
        return None
    return {name: p.grad for name, p in model.named_parameters()}


def symptoms_of(loss: object, model: nn.Module) -> dict[str, object]:
    """The loss's kind, number and graph, before any backward pass from it.

    The number belongs to the symptoms: a right loss that was detached is another mistake than a
    wrong number without a graph.
    """
    number = number_in(loss)
    return {
        "kind": "tensor" if isinstance(loss, Tensor) else type(loss).__name__,
        "number": number if isinstance(number, float) else None,
        "requires_grad": isinstance(loss, Tensor) and loss.requires_grad,
        "has_history": isinstance(loss, Tensor) and loss.grad_fn is not None,
        "went_backward": any(p.grad is not None for p in model.parameters()),
    }
