"""Wrong solutions of ``train_epoch``, each with its name and hint. Answers: never in a kit."""

import torch
from torch import nn

# %% step-outside-loop
# hint: step() stands after the loop, so a whole epoch is one single update, whatever the number of
# batches.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        total += loss.item() * len(x)
        count += len(x)
    optimizer.step()
    return total / count

# %% one-update-from-all-batches
# hint: The gradients of all batches are collected first, and step() comes once, after the loop. An
# epoch of several batches should make several updates.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    optimizer.zero_grad()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = criterion(model(x), y)
        loss.backward()
        total += loss.item() * len(x)
        count += len(x)
    optimizer.step()
    return total / count

# %% zero-per-epoch
# hint: The gradients are cleared once an epoch, but backward() adds to them in every batch. From
# the second batch on, updates repeat the gradients of the batches before.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    optimizer.zero_grad()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% no-zero
# hint: backward() adds to .grad, and nothing ever clears it. Whatever earlier batches left there
# becomes part of every later update.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% partial-zero
# hint: Only the first of the optimizer's parameter groups has its gradients cleared. What the others
# hold from before is still there and becomes part of the update.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        for p in optimizer.param_groups[0]["params"]:
            p.grad = None
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% zero-only-at-end
# hint: Gradients are cleared only after a step. That helps the next batch, but whatever was in
# .grad on entry becomes part of the first update.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% zero-between-backward-and-step
# hint: The gradients are cleared after backward() has computed them, so step() finds nothing to
# use. Clear them before backward().
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% no-backward
# hint: Nothing computes the gradients: the losses are known, but their derivatives never are, so
# step() has nothing to go by.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% no-step
# hint: The gradients are computed, but nobody uses them: the parameters never move.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% step-before-backward
# hint: step() runs before backward() has computed this batch's gradients, so it has none to use.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        optimizer.step()
        loss.backward()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% double-step
# hint: Every batch takes two optimizer steps on the same gradient. One batch is one update.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% manual-update
# hint: The parameters are moved by hand. That is plain gradient descent, whatever the given
# optimizer would have done.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        model.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= optimizer.param_groups[0]["lr"] * p.grad
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% first-batch-only
# hint: The return (or a break) stands inside the loop, so the epoch ends with its first batch.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
        return total / count

# %% last-batch-only
# hint: Only what stands inside the loop runs for every batch. Here the update comes after it, and
# only the last batch is trained on.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    for x, y in loader:
        x, y = x.to(device), y.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% skips-last-batch
# hint: The last batch is never trained on. Every batch is one update, the last one included.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in list(loader)[:-1]:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / max(count, 1)

# %% skips-shorter-batch
# hint: A batch that is shorter than the others is left out. It is to be trained on, too, and its
# samples count in the mean.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count, full = 0.0, 0, None
    for x, y in loader:
        full = full or len(x)
        if len(x) < full:
            break
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% several-epochs
# hint: One call goes through the batches several times. It is to be one epoch; the loop over
# epochs belongs outside.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    batches = list(loader)
    for _ in range(5):
        total, count = 0.0, 0
        for x, y in batches:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
    return total / count

# %% several-steps-a-batch
# hint: Each batch is trained on several times before the next one. One batch is one update.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        for _ in range(5):
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% two-passes
# hint: The loader is gone through twice, perhaps once only to count. Not every iterable allows
# that: a generator is empty after the first time.
def train_epoch(model, loader, criterion, optimizer, device):
    count = sum(len(y) for _, y in loader)
    model.train()
    total = 0.0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
    return total / count

# %% hard-coded-loss
# hint: The loss is written into the function, and the criterion that was passed in is ignored.
# each: LOSS = mse_loss | cross_entropy
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = nn.functional.LOSS(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% swapped-criterion
# hint: The criterion gets the target where the prediction belongs. MSELoss does not mind, most
# losses do: it is criterion(prediction, target).
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(y, model(x))
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% squeeze-broadcast
# hint: Prediction and target do not have the same shape when they meet in the loss, so they are
# broadcast: every prediction is compared with every target.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x).squeeze(), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% optimizer-per-epoch
# hint: A new optimizer is made in every epoch. The one that was passed in, with its settings and
# its memory of earlier steps, is not used.
def train_epoch(model, loader, criterion, optimizer, device):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% live-total
# hint: The losses are added up as tensors, and a tensor comes back. Unless it is detached, it holds
# the graphs of all batches in memory; .item() gives the number alone.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss * len(x)
        count += len(x)
    return total / count

# %% batch-mean
# hint: This is the mean of the batches' means. A shorter last batch then counts as much as a full
# one; asked for is the mean over all samples.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, batches = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
        batches += 1
    return total / batches

# %% batch-size-constant
# hint: Every batch is counted as if it had the size of the first. The last one may be shorter; its
# samples have to be counted.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, batches, size = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        size = size or len(x)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        batches += 1
    return total / (size * batches)

# %% not-multiplied
# hint: Each loss is already a mean over its batch. Their sum is divided by the number of samples,
# but none was multiplied with its number of samples before.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
        count += len(x)
    return total / count

# %% divided-by-batches
# hint: The losses are multiplied with their numbers of samples, but the sum is divided by the
# number of batches. It has to be divided by the number of samples.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, batches = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        batches += 1
    return total / batches

# %% sum-of-batch-losses
# hint: The losses of the batches are added up and returned as they are. Asked for is their mean,
# per sample.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total = 0.0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total

# %% sum-over-samples
# hint: The losses of all samples are added up, but the sum is never divided by their number.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total = 0.0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
    return total

# %% length-of-data-set
# hint: The samples are counted as len(loader.dataset). Not every iterable has a data set, and a
# loader may leave out a part of its own: count what the batches hold.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total = 0.0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
    return total / len(loader.dataset)

# %% needs-length
# hint: The function asks the loader for its length. Not every iterable has one, a generator for
# example.
def train_epoch(model, loader, criterion, optimizer, device):
    print("batches:", len(loader))
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% last-loss-returned
# hint: The loss of the last batch is returned. Asked for is the mean over the whole epoch.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    return loss.item()

# %% returns-nothing
# hint: Nothing is returned: the caller gets None in place of the loss.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    print(total / count)

# %% loss-after-step
# hint: The losses are computed again after each update. Asked for are those that the updates
# started from.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            total += criterion(model(x), y).item() * len(x)
        count += len(x)
    return total / count

# %% no-train-mode
# hint: The model is not put into training mode. If it arrives in evaluation mode, dropout stays
# off and batch norm keeps its old statistics.
def train_epoch(model, loader, criterion, optimizer, device):
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% batch-not-moved
# hint: Not all of the batch is moved to the device. .to(device) returns the moved tensor; unless
# that is what the model and the criterion get, the batch stays where it was.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x.to(device)
        y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% mutates-batch
# hint: The batches themselves are changed. Whoever passed them in, the next epoch for example,
# will find other numbers in them.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
        x -= x.mean()
    return total / count

# %% no-graph
# hint: The loss is not connected to the parameters: the prediction was made under no_grad, or it
# was detached. backward() has no way to go.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x).detach(), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% no-graph.marked
# hint: backward() starts from a loss that is not connected to the parameters: the prediction or the
# loss was detached, computed under no_grad, or made anew from its number. To mark it with
# requires_grad connects it to nothing.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x).detach(), y)
        loss.requires_grad_()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% number-before-backward
# hint: .item() makes a plain number of the loss, and a number has no backward(). Call backward() on
# the tensor first.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y).item()
        loss.backward()
        optimizer.step()
        total += loss * len(x)
        count += len(x)
    return total / count

# %% swapped-arguments
# hint: The arguments are taken in another order than they are passed. Here criterion comes before
# optimizer: model, loader, criterion, optimizer, device.
def train_epoch(model, loader, optimizer, criterion, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% backward-on-the-epoch
# hint: The losses of all batches are added up, and backward() runs once on the sum. There is one
# update an epoch where there should be one a batch.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        total = total + criterion(model(x), y) * len(x)
        count += len(x)
    mean = total / count
    optimizer.zero_grad()
    mean.backward()
    optimizer.step()
    return mean.item()

# %% left-in-eval
# hint: The model is put into evaluation mode, in which dropout is off and batch norm uses its
# running statistics. Training wants training mode.
def train_epoch(model, loader, criterion, optimizer, device):
    model.eval()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% leaves-settings-changed.deterministic-mode
# hint: Deterministic mode is switched on and stays on: other code runs more slowly with it, or
# fails.
def train_epoch(model, loader, criterion, optimizer, device):
    torch.use_deterministic_algorithms(True)
    model.train()
    total_loss = 0.0
    samples = 0
    for x_batch, y_batch in loader:
        x_batch, y_batch = x_batch.to(device), y_batch.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x_batch), y_batch)
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * len(x_batch)
        samples += len(x_batch)
    return total_loss / samples

# %% activation-before-criterion
# hint: The model's output goes through another function, such as a sigmoid, before the criterion
# sees it. The loss is asked of the model's own output.
# each: ACTIVATION = torch.sigmoid | torch.tanh | torch.relu
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(ACTIVATION(model(x)), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% input-as-target
# hint: The criterion compares the prediction with the input. It belongs beside the target.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), x)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% clips-gradients.norm
# hint: The gradients are clipped before the step, which nobody asked for: a large gradient makes a
# smaller update than the optimizer would make.
# each: LARGEST = 0.1 | 0.25 | 0.5 | 1.0 | 2.0
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), LARGEST)
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% clips-gradients.value
# hint: The gradients are clipped before the step, which nobody asked for: a large gradient makes a
# smaller update than the optimizer would make.
# each: LARGEST = 0.1 | 0.5 | 1.0
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        nn.utils.clip_grad_value_(model.parameters(), LARGEST)
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count

# %% report-never-reached
# hint: The loss is taken down once in so many batches only, and a short loader never gets that far:
# 0 is returned. Take every batch's loss down.
def train_epoch(model, loader, criterion, optimizer, device):
    model.train()
    running, last = 0.0, 0.0
    for i, (x, y) in enumerate(loader):
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        running += loss.item()
        if i % 100 == 99:
            last, running = running / 100, 0.0
    return last
