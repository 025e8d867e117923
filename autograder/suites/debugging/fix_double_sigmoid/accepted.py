"""Right solutions of ``fix_double_sigmoid`` in many styles. Answers: never in a kit."""

import torch
import torch.nn.functional as F
from torch import nn

# %% without-the-sigmoid
def fix_double_sigmoid(model, x, y):
    criterion = nn.BCEWithLogitsLoss()
    logits = model(x)
    return criterion(logits, y)
    # YOUR CODE HERE
    raise NotImplementedError()

# %% functional
def fix_double_sigmoid(model, x, y) -> Tensor:
    return F.binary_cross_entropy_with_logits(model(x), y)

# %% softplus
def fix_double_sigmoid(model, x, y):
    z = model(x)
    return (F.softplus(z) - z * y).mean()

# %% two-logsigmoids
def fix_double_sigmoid(model, x, y):
    z = model(x)
    return -(y * F.logsigmoid(z) + (1 - y) * F.logsigmoid(-z)).mean()

# %% reduction-none
def fix_double_sigmoid(model, x, y):
    losses = nn.BCEWithLogitsLoss(reduction="none")(model(x), y)
    print("largest", losses.max().item())
    return losses.sum() / len(x)

# %% by-hand
def fix_double_sigmoid(model, x, y):
    z = model(x)
    loss = torch.clamp(z, min=0) - z * y + torch.log1p(torch.exp(-torch.abs(z)))
    return torch.mean(loss)

# %% two-class-cross-entropy
def fix_double_sigmoid(model, x, y):
    z = model(x)
    two = torch.cat([torch.zeros_like(z), z], dim=1)
    return F.cross_entropy(two, y.squeeze(1).long())

# %% squeezed-both
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(model(x).squeeze(1), y.squeeze(1))

# %% probability-for-show
def fix_double_sigmoid(model, x, y):
    logits = model(x)
    with torch.no_grad():
        probability = torch.sigmoid(logits)
        print(((probability > 0.5) == (y > 0.5)).float().mean())
    return nn.functional.binary_cross_entropy_with_logits(input=logits, target=y.float())
