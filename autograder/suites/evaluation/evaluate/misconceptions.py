"""Wrong solutions of ``evaluate``, each with its name and hint. Answers: never in a kit."""

import torch
from torch import nn

# %% no-eval
# hint: The model is never put into evaluation mode. If it arrives in training mode, dropout is at
# work and batch norm uses the batch's own statistics, and changes the ones it keeps.
def evaluate(model, loader, criterion, device):
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% no-eval.train-mode
# hint: The model is put into training mode, in which dropout is at work and batch norm uses the
# batch's own statistics. Looking at a model wants evaluation mode.
def evaluate(model, loader, criterion, device):
    model.train()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% no-no-grad
# hint: A graph is recorded for every batch, which nobody will ever go backward through. Evaluation
# mode does not switch that off: it is another switch.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        logits = model(x)
        loss = criterion(logits, y)
        total += loss.item() * len(x)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(x)
    return total / count, correct / count

# %% live-total
# hint: The sum is kept as a tensor with its graph, so that the graphs of all batches stay in
# memory, and a tensor comes back. Add up numbers, and record no graph.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        logits = model(x)
        loss = criterion(logits, y)
        total += loss * len(x)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(x)
    return total / count, correct / count

# %% live-total.mean-of-list
# hint: The sum is kept as a tensor with its graph, so that the graphs of all batches stay in
# memory, and a tensor comes back. Add up numbers, and record no graph.
def evaluate(model, loader, criterion, device):
    model.eval()
    losses, sizes, correct = [], [], 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        logits = model(x)
        losses.append(criterion(logits, y) * len(x))
        sizes.append(len(x))
        correct += (logits.argmax(dim=1) == y).sum()
    return sum(losses) / sum(sizes), correct / sum(sizes)

# %% live-total.detached-loss
# hint: What comes back are tensors. Asked for are two Python floats.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% live-total.accuracy
# hint: What comes back are tensors. Asked for are two Python floats.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum()
            count += len(x)
    return total / count, correct / count

# %% live-total.detached
# hint: What comes back are tensors. Asked for are two Python floats.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss * len(x)
            correct += (logits.argmax(dim=1) == y).sum()
            count += len(x)
    return total / count, correct / count

# %% batch-not-moved
# hint: Not all of the batch is moved to the device. .to(device) returns the moved tensor; unless
# that is what the model and the criterion get, the batch stays where it was.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% batch-not-moved.targets
# hint: Not all of the batch is moved to the device. .to(device) returns the moved tensor; unless
# that is what the model and the criterion get, the batch stays where it was.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x = x.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% skips-last-batch
# hint: The last batch is left out where it is shorter than the others. Its samples count like all
# others.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        size = None
        for x, y in loader:
            size = size or len(x)
            if len(x) < size:
                continue
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% skips-last-batch.always
# hint: The last batch is always left out. Its samples count like all others.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in list(loader)[:-1]:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% hard-coded-loss
# hint: The given criterion is not used: a loss is written into the function. Whoever calls it may
# want another one.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = nn.functional.cross_entropy(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% touches-grad
# hint: The gradients that were in .grad are cleared or changed. An evaluation may come between a
# backward() and its step(), and must leave them alone.
def evaluate(model, loader, criterion, device):
    model.eval()
    model.zero_grad()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% touches-grad.backward
# hint: The gradients that were in .grad are cleared or changed. An evaluation may come between a
# backward() and its step(), and must leave them alone.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        logits = model(x)
        loss = criterion(logits, y)
        loss.backward()
        total += loss.item() * len(x)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(x)
    return total / count, correct / count

# %% swapped-result
# hint: The two values come back in the wrong order. The loss comes first, then the accuracy.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return correct / count, total / count

# %% global-grad-off
# hint: Recording of gradients is switched off for the whole program and never switched on again:
# whoever trains next gets no gradients. Use a block or a decorator, which restores it.
def evaluate(model, loader, criterion, device):
    model.eval()
    torch.set_grad_enabled(False)
    total, correct, count = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        logits = model(x)
        loss = criterion(logits, y)
        total += loss.item() * len(x)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(x)
    return total / count, correct / count

# %% global-grad-on
# hint: Recording of gradients is switched on at the end, also where it was off on entry. It is to
# be afterwards what it was before.
def evaluate(model, loader, criterion, device):
    model.eval()
    torch.set_grad_enabled(False)
    total, correct, count = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        logits = model(x)
        loss = criterion(logits, y)
        total += loss.item() * len(x)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(x)
    torch.set_grad_enabled(True)
    return total / count, correct / count

# %% freezes-parameters
# hint: requires_grad is switched off in the parameters and stays off: the model cannot be trained
# any more.
def evaluate(model, loader, criterion, device):
    model.eval()
    for p in model.parameters():
        p.requires_grad = False
    total, correct, count = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        logits = model(x)
        loss = criterion(logits, y)
        total += loss.item() * len(x)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(x)
    return total / count, correct / count

# %% thaws-parameters
# hint: requires_grad is switched on in all parameters at the end, also in those in which it was
# off on entry. Flags are to stay as they were.
def evaluate(model, loader, criterion, device):
    model.eval()
    model.requires_grad_(False)
    total, correct, count = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        logits = model(x)
        loss = criterion(logits, y)
        total += loss.item() * len(x)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(x)
    model.requires_grad_(True)
    return total / count, correct / count

# %% trains-in-eval
# hint: Evaluation trains the model: it computes gradients and changes the parameters. It is only
# to look.
def evaluate(model, loader, criterion, device):
    model.eval()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    total, correct, count = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        logits = model(x)
        loss = criterion(logits, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(x)
    return total / count, correct / count

# %% trains-in-eval.by-hand
# hint: Evaluation trains the model: it computes gradients and changes the parameters. It is only
# to look.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        logits = model(x)
        loss = criterion(logits, y)
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                if p.grad is not None:
                    p -= 0.01 * p.grad
        total += loss.item() * len(x)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(x)
    return total / count, correct / count

# %% last-batch-only
# hint: What is returned is that of the last batch alone. Asked for is the mean over all samples.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total = loss.item() * len(x)
            correct = (logits.argmax(dim=1) == y).sum().item()
            count = len(x)
    return total / count, correct / count

# %% last-batch-only.loss
# hint: The loss that is returned is that of the last batch alone. Asked for is the mean over all
# samples.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            mean = loss.item()
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return mean, correct / count

# %% last-batch-only.accuracy
# hint: The accuracy that is returned is that of the last batch alone. Asked for is the share of
# all samples.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct = (logits.argmax(dim=1) == y).float().mean().item()
            count += len(x)
    return total / count, correct

# %% return-in-loop
# hint: return stands inside the loop, or the loop ends after the first batch: the other batches
# are never looked at.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
            return total / count, correct / count

# %% batch-mean
# hint: The batches' means are averaged as if all batches had the same size. The samples of a
# shorter last batch then count more than the others: weight each mean by its number of samples.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item()
            correct += (logits.argmax(dim=1) == y).float().mean().item()
            count += 1
    return total / count, correct / count

# %% batch-mean.loss
# hint: The batches' means are averaged as if all batches had the same size. The samples of a
# shorter last batch then count more than the others: weight each mean by its number of samples.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count, batches = 0.0, 0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item()
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
            batches += 1
    return total / batches, correct / count

# %% batch-mean.accuracy
# hint: The batches' means are averaged as if all batches had the same size. The samples of a
# shorter last batch then count more than the others: weight each mean by its number of samples.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count, batches = 0.0, 0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).float().mean().item()
            count += len(x)
            batches += 1
    return total / count, correct / batches

# %% batch-mean.len-of-loader
# hint: The batches' means are averaged as if all batches had the same size. The samples of a
# shorter last batch then count more than the others: weight each mean by its number of samples.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item()
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / len(loader), correct / count

# %% batch-mean.both-by-len
# hint: The batches' means are averaged as if all batches had the same size. The samples of a
# shorter last batch then count more than the others: weight each mean by its number of samples.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item()
            correct += (logits.argmax(dim=1) == y).float().mean().item()
            count += len(x)
    return total / len(loader), correct / len(loader)

# %% argmax-dim0
# hint: argmax runs along the samples. The classes are in the other dimension: each row of the
# logits belongs to one sample.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=0) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% argmax-dim0.flattened
# hint: argmax without a dimension looks for the greatest logit of the whole batch. Each row, one
# sample, has its own greatest logit.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax() == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% percent-not-fraction
# hint: The accuracy is a percentage. A share lies between 0 and 1.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, 100 * correct / count

# %% batch-size-constant
# hint: The size of one batch is taken for all of them. The last batch may be shorter: count the
# samples in each one.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        size = None
        for x, y in loader:
            size = size or len(x)
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * size
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += size
    return total / count, correct / count

# %% batch-size-constant.32
# hint: A batch size is written into the function. A batch may have any size: count the samples in
# each one.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * 32
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += 32
    return total / count, correct / count

# %% batch-size-constant.of-the-loader
# hint: The size of a batch is asked of the loader. The last batch may be shorter, and not every
# iterable has such a number: count the samples in each batch.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * loader.batch_size
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% batch-size-constant.of-the-loader-throughout
# hint: The size of a batch is asked of the loader. The last batch may be shorter, and not every
# iterable has such a number: count the samples in each batch.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * loader.batch_size
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += loader.batch_size
    return total / count, correct / count

# %% batch-size-constant.times-batches
# hint: The size of one batch is taken for all of them. The last batch may be shorter: count the
# samples in each one.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        batches = 0
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            batches += 1
            count = batches * len(x)
    return total / count, correct / count

# %% length-of-dataset
# hint: The number of samples is asked of the loader's data set. Not every iterable has one, and it
# may hold more than the loader hands out: count the samples in the batches.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / len(loader.dataset), correct / len(loader.dataset)

# %% count-not-share
# hint: The number of right samples is not divided by the number of all samples.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, float(correct)

# %% count-not-share.int
# hint: The number of right samples is not divided by the number of all samples.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct

# %% error-rate
# hint: This is the share of wrong samples. The accuracy is that of the right ones.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) != y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% sum-not-mean
# hint: The losses are added up and never divided by the number of samples. Asked for is a mean.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total, correct / count

# %% sum-not-mean.unweighted
# hint: The batches' losses are added up. Asked for is the mean over all samples: weight each loss
# by its number of samples, add up, and divide by the number of all.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item()
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total, correct / count

# %% unweighted-over-samples
# hint: The losses of the batches, means already, are added up and divided by the number of
# samples. Multiply each one by its number of samples before you add.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item()
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% one-value
# hint: Only one of the two values is returned. Asked for are the mean loss and the accuracy.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count

# %% one-value.accuracy
# hint: Only one of the two values is returned. Asked for are the mean loss and the accuracy.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return correct / count

# %% returns-nothing
# hint: Nothing is returned: the caller gets None in place of the two values.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    print(total / count, correct / count)

# %% softmax-before-loss
# hint: The model's outputs are logits, and the loss expects logits. A softmax before it flattens
# them, and the loss is another number.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x).softmax(dim=1)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% two-passes
# hint: The loader is gone through twice. Not every iterable can be: a generator is empty the
# second time. Compute both values in one pass.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            total += criterion(model(x), y).item() * len(x)
            count += len(x)
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            correct += (model(x).argmax(dim=1) == y).sum().item()
    return total / count, correct / count

# %% mutates-batch
# hint: The batches themselves are changed. Whoever passed them in will find other numbers in them.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            x -= x.mean()
            count += len(x)
    return total / count, correct / count

# %% swapped-arguments
# hint: The arguments of the criterion are swapped. The prediction comes first, then the target.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(y, logits)
            total += loss.item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% threshold
# hint: A fixed limit decides which class is chosen. The predicted class is the one with the
# greatest logit of its row.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss = criterion(logits, y)
            total += loss.item() * len(x)
            correct += ((logits.sigmoid() > 0.5).long()[:, 1] == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% argmax-dim0.concatenated
# hint: argmax runs along the samples. The classes are in the other dimension: each row of the
# logits belongs to one sample.
def evaluate(model, loader, criterion, device):
    model.eval()
    outputs, targets = [], []
    with torch.no_grad():
        for x, y in loader:
            outputs.append(model(x.to(device)))
            targets.append(y.to(device))
        outputs, targets = torch.cat(outputs), torch.cat(targets)
        loss = criterion(outputs, targets)
    return loss.item(), (outputs.argmax(dim=0) == targets).float().mean().item()

# %% moves-the-model
# hint: The model is moved to another device than the given one, and stays there. Only the batches
# are to be moved.
def evaluate(model, loader, criterion, device):
    device = "cpu"
    model = model.to(device).eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            total += criterion(logits, y).item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% changes-the-criterion
# hint: The criterion itself is changed, and stays so: whoever uses it next, for training perhaps,
# gets another loss.
def evaluate(model, loader, criterion, device):
    model.eval()
    criterion.reduction = "sum"
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            total += criterion(logits, y).item()
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% activation-before-criterion
# hint: The model's output goes through another function, such as a sigmoid, before the criterion
# sees it. The loss is asked of the model's own output.
# each: ACTIVATION = torch.sigmoid | torch.tanh | torch.relu | nn.functional.leaky_relu
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = ACTIVATION(model(x))
            total += criterion(logits, y).item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% activation-before-criterion.relu-of-the-loss-alone
# hint: The model's output goes through another function, such as a sigmoid, before the criterion
# sees it. The loss is asked of the model's own output.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            total += criterion(torch.relu(logits), y).item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    return total / count, correct / count

# %% right-over-batches
# hint: The right answers are divided by the number of batches. The accuracy is the share of the
# samples: divide by their number.
def evaluate(model, loader, criterion, device):
    model.eval()
    total, correct, count, batches = 0.0, 0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            total += criterion(logits, y).item() * len(x)
            correct += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
            batches += 1
    return total / count, correct / batches
