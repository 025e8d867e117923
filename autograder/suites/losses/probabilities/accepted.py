"""Right solutions of ``probabilities`` in many styles. Answers: never in a kit."""

import torch

# %% detach-first
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits)
    elif task == "multiclass":
        return torch.softmax(logits, dim=1)
    raise ValueError(f"unknown task {task}")

# %% no-grad-block
def probabilities(task: str, logits: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        if task == "binary":
            return logits.sigmoid()
        if task == "multiclass":
            return logits.softmax(-1)
        raise ValueError("task?")

# %% decorator
@torch.no_grad()
def probabilities(task, logits):
    functions = {"binary": torch.nn.Sigmoid(), "multiclass": torch.nn.Softmax(dim=1)}
    if task not in functions:
        raise ValueError(task)
    p = functions[task](logits)
    print(p)
    return p

# %% inference-mode
@torch.inference_mode()
def probabilities(task, logits):
    match task:
        case "binary":
            return torch.special.expit(logits)
        case "multiclass":
            return torch.exp(torch.log_softmax(logits, dim=1))
        case _:
            raise ValueError(task)

# %% by-hand
def probabilities(task, logits):
    z = logits.data
    if task == "binary":
        return 1 / (1 + torch.exp(-z))
    if task == "multiclass":
        e = torch.exp(z - z.max(dim=1, keepdim=True).values)
        return e / e.sum(dim=1, keepdim=True)
    raise ValueError("unknown task: " + task)

# %% detach-last
import torch.nn.functional as F

def probabilities(task, logits):
    if task == "binary":
        p = torch.sigmoid(logits)
    elif task == "multiclass":
        p = F.softmax(logits, dim=1)
    else:
        raise ValueError(f"{task!r} has no probabilities")
    return p.detach()

# %% two-classes
def probabilities(task, logits):
    if task not in {"binary", "multiclass"}:
        raise ValueError(task)
    z = logits.detach().clone()
    if task == "binary":
        return torch.cat([torch.zeros_like(z), z], dim=1).softmax(dim=1)[:, 1:]
    return z.sub(z.logsumexp(dim=1, keepdim=True)).exp()

# %% tanh-and-double
def probabilities(task, logits):
    z = logits.detach().double()
    if task == "binary":
        return (torch.tanh(z / 2) + 1) / 2
    if task == "multiclass":
        return torch.stack([torch.softmax(row, 0) for row in z])
    raise ValueError(task)
