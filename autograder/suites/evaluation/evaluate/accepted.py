"""Right solutions of ``evaluate`` in many styles. Answers: never in a kit."""

import torch
from torch import nn

# %% no-grad-block
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            total += criterion(logits, y).item() * x.size(0)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += x.size(0)
    return total / count, correct / count

# %% decorator
@torch.no_grad()
def evaluate(model, loader, criterion, device):
    model.eval()
    losses, hits, n = 0.0, 0.0, 0
    for batch in loader:
        inputs, targets = (part.to(device) for part in batch)
        outputs = model(inputs)
        losses += float(criterion(outputs, targets)) * len(targets)
        hits += float((outputs.max(1).indices == targets).float().sum())
        n += len(targets)
    return losses / n, hits / n

# %% inference-mode
@torch.inference_mode()
def evaluate(model, loader, criterion, device):
    was_training = model.training
    model.eval()
    loss_sum = torch.zeros((), device=device)
    right = torch.zeros((), device=device)
    seen = 0
    for x, y in loader:
        out = model(x.to(device, non_blocking=True))
        y = y.to(device, non_blocking=True)
        loss_sum += criterion(out, y) * y.shape[0]
        right += (out.argmax(-1) == y).sum()
        seen += y.shape[0]
    model.train(was_training)
    return loss_sum.item() / seen, right.item() / seen

# %% set-grad-enabled
def evaluate(model, loader, criterion, device):
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        model.train(False)
        rows = []
        for x, y in loader:
            logits = model(x.to(device)).cpu()
            y = y.cpu()
            rows.append((criterion(logits, y).item(), (logits.argmax(1) == y).float().mean().item(), len(y)))
    finally:
        torch.set_grad_enabled(before)
    n = sum(size for *_, size in rows)
    return sum(l * size for l, _, size in rows) / n, sum(a * size for _, a, size in rows) / n

# %% concatenated
def evaluate(model, loader, criterion, device):
    model.eval()
    outputs, targets = [], []
    with torch.no_grad():
        for x, y in loader:
            outputs.append(model(x.to(device)))
            targets.append(y.to(device))
        outputs, targets = torch.cat(outputs), torch.cat(targets)
        loss = criterion(outputs, targets)
    accuracy = (outputs.argmax(dim=1) == targets).double().mean()
    return loss.item(), accuracy.item()

# %% deep-copied-model
import copy

def evaluate(model, loader, criterion, device):
    frozen = copy.deepcopy(model).eval().requires_grad_(False)
    loss, correct, n = 0.0, 0, 0
    for x, y in loader:
        logits = frozen(x.to(device))
        loss += criterion(logits, y.to(device)).item() * len(x)
        correct += int((logits.argmax(1).cpu() == y.cpu()).sum())
        n += len(x)
    return loss / n, correct / n

# %% functional-call
from torch.func import functional_call

def evaluate(model, loader, criterion, device):
    model.eval()
    tensors = {k: v.detach() for k, v in [*model.named_parameters(), *model.named_buffers()]}
    mean_loss = mean_accuracy = 0.0
    n = 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        logits = functional_call(model, tensors, (x,))
        k = y.numel()
        n += k
        mean_loss += (criterion(logits, y).item() - mean_loss) * k / n
        mean_accuracy += ((logits.argmax(1) == y).float().mean().item() - mean_accuracy) * k / n
    return mean_loss, mean_accuracy

# %% generator-of-batches
def _answers(model, loader, device):
    for x, y in loader:
        yield model(x.to(device)), y.to(device)

@torch.no_grad
def evaluate(model, loader, criterion, device):
    modes = [(m, m.training) for m in model.modules()]
    for m, _ in modes:
        m.training = False
    try:
        parts = [(criterion(p, t).tolist(), torch.eq(p.topk(1).indices[:, 0], t).sum().tolist(), t.size(0)) for p, t in _answers(model, loader, device)]
    finally:
        for m, mode in modes:
            m.training = mode
    losses, hits, sizes = zip(*parts)
    total = sum(sizes)
    return sum(l * s for l, s in zip(losses, sizes)) / total, sum(hits) / total

# %% while-next
def evaluate(model, loader, criterion, device):
    device = torch.device(device)
    model.eval()
    batches, total, hits, seen = iter(loader), 0.0, 0, 0
    while (batch := next(batches, None)) is not None:
        x, y = batch
        if x.device != device:
            x = x.to(device)
        if y.device != device:
            y = y.to(device)
        with torch.no_grad():
            scores = model(x)
        total = total + criterion(scores, y).item() * y.size(0)
        for row, target in zip(scores.cpu(), y.cpu()):
            hits += int(row.argmax() == target)
        seen = seen + y.size(0)
    return (total / seen, hits / seen)

# %% numpy
import numpy as np

def evaluate(model, loader, criterion, device):
    model = model.eval()
    loss, sizes, right = [], [], []
    with torch.set_grad_enabled(False):
        for x, y in loader:
            z = model(x.to(device=device))
            loss.append(criterion(z, y.to(device=device)).cpu().numpy())
            right.append(z.cpu().numpy().argmax(axis=1) == y.cpu().numpy())
            sizes.append(len(y))
    return float(np.average(loss, weights=sizes)), float(np.concatenate(right).mean())
