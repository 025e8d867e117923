"""Wrong solutions of ``fix_accumulation``, each with its name and hint. Answers: never in a kit."""

import copy

import torch
from torch import nn

# %% accumulated
# hint: backward() adds to .grad, and nothing ever clears it. From the second batch on, every update
# repeats the gradients of the batches before.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% accumulated.cleared-at-the-end
# hint: The gradients are cleared when all batches are done. Until then, backward() adds to .grad,
# and every update repeats the gradients of the batches before.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    optimizer.zero_grad()
    return losses

# %% zero-once
# hint: The gradients are cleared once a call, but backward() adds to them in every batch. From the
# second batch on, updates repeat the gradients of the batches before.
def fix_accumulation(model, optimizer, criterion, batches):
    optimizer.zero_grad()
    losses = []
    for x, y in batches:
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% zero-only-at-end
# hint: Gradients are cleared only after a step. That helps the next batch, but whatever was in
# .grad on entry becomes part of the first update.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses

# %% not-before-the-first
# hint: The gradients are cleared before every batch but the first. Whatever was in .grad on entry
# becomes part of the first update.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for i, (x, y) in enumerate(batches):
        if i > 0:
            optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% zero-every-second
# hint: The gradients are cleared before some batches only. Before the others, those of an earlier
# batch are still in .grad.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for i, (x, y) in enumerate(batches):
        if i % 2 == 0:
            optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% partial-zero
# hint: Only some of the parameters have their gradients cleared. In the others, the gradients of
# earlier batches are still there.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        for p in list(model.parameters())[:1]:
            p.grad = None
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% partial-zero.first-group
# hint: Only the first of the optimizer's parameter groups has its gradients cleared. What the others
# hold from before is still there and becomes part of the update.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        for p in optimizer.param_groups[0]["params"]:
            p.grad = None
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% zero-between-backward-and-step
# hint: The gradients are cleared after backward() has computed them, so step() finds nothing to
# use.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% no-backward
# hint: Nothing computes the gradients: the losses are known, but their derivatives never are, so
# step() has nothing to go by.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% no-step
# hint: The gradients are computed, but nobody uses them: the parameters never move.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        losses.append(loss.item())
    return losses

# %% step-before-backward
# hint: step() runs before backward() has computed this batch's gradients, so it has none to use.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        optimizer.step()
        loss.backward()
        losses.append(loss.item())
    return losses

# %% step-before-zero
# hint: step() comes before this batch's backward(), so each update uses the gradients of the batch
# before, and those of the last batch are never used.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.step()
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        losses.append(loss.item())
    return losses

# %% one-update-for-all
# hint: The gradients of all batches are collected first, and step() comes once, after the loop.
# Several batches should make several updates.
def fix_accumulation(model, optimizer, criterion, batches):
    optimizer.zero_grad()
    losses = []
    for x, y in batches:
        loss = criterion(model(x), y)
        loss.backward()
        losses.append(loss.item())
    optimizer.step()
    return losses

# %% one-update-for-all.sum-of-losses
# hint: The losses of all batches are added up, and backward() runs once on the sum. Several batches
# should make several updates.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = [criterion(model(x), y) for x, y in batches]
    optimizer.zero_grad()
    sum(losses).backward()
    optimizer.step()
    return [loss.item() for loss in losses]

# %% one-update-for-all.mean-of-losses
# hint: backward() runs once, on the mean of all batches' losses. Several batches should make
# several updates.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = [criterion(model(x), y) for x, y in batches]
    optimizer.zero_grad()
    torch.stack(losses).mean().backward()
    optimizer.step()
    return [loss.item() for loss in losses]

# %% step-outside-loop
# hint: step() stands after the loop, where only the last batch's gradients are left. Each batch is
# to make its own update.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        losses.append(loss.item())
    optimizer.step()
    return losses

# %% running-loss
# hint: The losses are added up, and backward() runs on the sum so far. It goes through the earlier
# batches' graphs again, which were used up, and whose parameters have changed since.
def fix_accumulation(model, optimizer, criterion, batches):
    losses, total = [], 0.0
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        total = total + loss
        total.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% running-loss.graph-retained
# hint: The losses are added up, and backward() runs on the sum so far, through the earlier batches'
# graphs as well, although their parameters have changed since.
def fix_accumulation(model, optimizer, criterion, batches):
    losses, total = [], 0.0
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        total = total + loss
        total.backward(retain_graph=True)
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% double-step
# hint: Every batch takes two optimizer steps on the same gradient. One batch is one update.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% double-backward
# hint: backward() runs twice for the same batch, and adds its gradient to .grad twice.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward(retain_graph=True)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% several-steps-a-batch
# hint: Each batch is trained on several times before the next one. One batch is one update.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        for _ in range(3):
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
        losses.append(loss.item())
    return losses

# %% several-passes
# hint: One call goes through the batches several times. Each batch is to be trained on once.
def fix_accumulation(model, optimizer, criterion, batches):
    batches = list(batches)
    for _ in range(3):
        losses = []
        for x, y in batches:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

# %% divided-by-batches
# hint: The loss is divided by the number of batches before backward(). That belongs to one update
# from many batches; here each batch makes its own, with its whole gradient.
def fix_accumulation(model, optimizer, criterion, batches):
    batches = list(batches)
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        (loss / len(batches)).backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% loss-times-batch-size
# hint: The loss is multiplied with the number of samples before backward(). The update is to follow
# the gradient of the loss as the criterion gives it.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        (loss * len(x)).backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% first-batch-only
# hint: The return (or a break) stands inside the loop, so it ends with the first batch.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        return losses

# %% last-batch-only
# hint: Only what stands inside the loop runs for every batch. Here the update comes after it, and
# only the last batch is trained on.
def fix_accumulation(model, optimizer, criterion, batches):
    for x, y in batches:
        pass
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
    return [loss.item()]

# %% skips-last-batch
# hint: The last batch is never trained on. Every batch is one update, the last one included.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in list(batches)[:-1]:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% skips-first-batch
# hint: The first batch is never trained on. Every batch is one update, the first one included.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in list(batches)[1:]:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% two-passes
# hint: The batches are gone through twice, perhaps once only to count. Not every iterable allows
# that: a generator is empty after the first time.
def fix_accumulation(model, optimizer, criterion, batches):
    count = sum(1 for _ in batches)
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% needs-length
# hint: The function asks the batches for their length. Not every iterable has one, a generator for
# example.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = [0.0] * len(batches)
    for i, (x, y) in enumerate(batches):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses[i] = loss.item()
    return losses

# %% needs-index
# hint: The batches are taken by their index. Not every iterable has one, a generator for example.
def fix_accumulation(model, optimizer, criterion, batches):
    losses, i = [], 0
    while True:
        try:
            x, y = batches[i]
        except IndexError:
            return losses
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        i += 1

# %% live-losses
# hint: The losses are returned as tensors. Unless they are detached, each holds its batch's graph
# in memory; .item() gives the number alone.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return losses

# %% not-a-list.tuple
# hint: The losses come back in something else than a list, such as a tuple or one tensor. Asked for
# is a list of floats.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return tuple(losses)

# %% not-a-list.tensor
# hint: The losses come back in something else than a list, such as a tuple or one tensor. Asked for
# is a list of floats.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return torch.tensor(losses)

# %% last-loss-only
# hint: Only the last batch's loss is returned. Asked for is a list with the loss of each batch.
def fix_accumulation(model, optimizer, criterion, batches):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    return loss.item()

# %% last-loss-only.list-made-anew
# hint: Only the last batch's loss is returned: the list is made anew, or filled only once. Asked
# for is the loss of each batch.
def fix_accumulation(model, optimizer, criterion, batches):
    for x, y in batches:
        losses = []
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% sum-of-losses
# hint: The losses are added up, and the sum is returned. Asked for is a list with the loss of each
# batch.
def fix_accumulation(model, optimizer, criterion, batches):
    total = 0.0
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total

# %% running-sums
# hint: The list holds the sums so far. Asked for is each batch's own loss.
def fix_accumulation(model, optimizer, criterion, batches):
    losses, total = [], 0.0
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
        losses.append(total)
    return losses

# %% mean-of-losses
# hint: The mean of the losses is returned. Asked for is a list with the loss of each batch.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)

# %% losses-times-batch-size
# hint: Each loss in the list is multiplied with its batch's number of samples. Asked for is the
# loss as the criterion gives it.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item() * len(x))
    return losses

# %% returns-nothing
# hint: Nothing is returned: the caller gets None in place of the losses.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

# %% loss-after-step
# hint: The losses are computed again after each update. Asked for are those that the updates
# started from.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            losses.append(criterion(model(x), y).item())
    return losses

# %% losses-before-training
# hint: All losses are computed before the training begins. Asked for is each batch's loss at its
# turn, after the updates on the batches before it.
def fix_accumulation(model, optimizer, criterion, batches):
    batches = list(batches)
    with torch.no_grad():
        losses = [criterion(model(x), y).item() for x, y in batches]
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    return losses

# %% losses-after-training
# hint: All losses are computed when the training is over. Asked for is each batch's loss at its
# turn, from before its own update.
def fix_accumulation(model, optimizer, criterion, batches):
    batches = list(batches)
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return [criterion(model(x), y).item() for x, y in batches]

# %% hard-coded-loss
# hint: The loss is written into the function, and the criterion that was passed in is ignored.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% swapped-criterion
# hint: The criterion gets the target where the prediction belongs. MSELoss does not mind, most
# losses do: it is criterion(prediction, target).
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(y, model(x))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% squeeze-broadcast
# hint: Prediction and target do not have the same shape when they meet in the loss, so they are
# broadcast: every prediction is compared with every target.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x).squeeze(), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% new-optimizer-inside
# hint: A new optimizer is made inside. The one that was passed in, with its settings and its memory
# of earlier steps, is not used.
def fix_accumulation(model, optimizer, criterion, batches):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% manual-update
# hint: The parameters are moved by hand. That is plain gradient descent, whatever the given
# optimizer would have done.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        model.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= optimizer.param_groups[0]["lr"] * p.grad
        losses.append(loss.item())
    return losses

# %% state-forgotten
# hint: The optimizer's memory of earlier steps, such as its momentum, is thrown away. Only the
# gradients have to be cleared.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        optimizer.state.clear()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% left-in-eval
# hint: The model is put into evaluation mode, in which dropout is off and batch norm uses its
# running statistics. It is to be trained in training mode and stay in it.
def fix_accumulation(model, optimizer, criterion, batches):
    model.eval()
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% eval-afterwards
# hint: The model is left in evaluation mode. It is to stay in training mode.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.eval()
    return losses

# %% mutates-batch
# hint: The batches themselves are changed. Whoever passed them in will find other numbers in them.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        x -= x.mean()
    return losses

# %% empties-list
# hint: The batches are taken out of the list that was passed in. It is empty afterwards, and not
# every iterable lets batches be taken out.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    while batches:
        x, y = batches.pop(0)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% trains-a-copy
# hint: The training happens on a copy of the model. The model that was passed in never changes.
import copy

def fix_accumulation(model, optimizer, criterion, batches):
    model = copy.deepcopy(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=optimizer.param_groups[0]["lr"])
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% no-graph
# hint: The loss is not connected to the parameters: the prediction was made under no_grad, or it
# was detached. backward() has no way to go.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x).detach(), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% number-before-backward
# hint: .item() makes a plain number of the loss, and a number has no backward(). Call backward() on
# the tensor first.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y).item()
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return losses

# %% swapped-arguments
# hint: The arguments are taken in another order than they are passed: model, optimizer, criterion,
# batches.
def fix_accumulation(model, criterion, optimizer, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% leaves-settings-changed.anomaly-detection
# hint: Anomaly detection is switched on and stays on: everything that runs afterwards is slower.
def fix_accumulation(model, optimizer, criterion, batches):
    torch.autograd.set_detect_anomaly(True)
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% step-every-few
# hint: step() comes only once in several batches, on the gradients of all of them together. Every
# batch should make its own update.
# each: PERIOD = 2 | 3 | 4
def fix_accumulation(model, optimizer, criterion, batches):
    optimizer.zero_grad()
    losses = []
    for i, (x, y) in enumerate(batches, start=1):
        loss = criterion(model(x), y)
        loss.backward()
        losses.append(loss.item())
        if i % PERIOD == 0:
            optimizer.step()
            optimizer.zero_grad()
    return losses

# %% step-every-few.divided
# hint: step() comes only once in several batches, on the gradients of all of them together. Every
# batch should make its own update.
# each: PERIOD = 2 | 3 | 4
def fix_accumulation(model, optimizer, criterion, batches):
    optimizer.zero_grad()
    losses = []
    for i, (x, y) in enumerate(batches, start=1):
        loss = criterion(model(x), y)
        (loss / PERIOD).backward()
        losses.append(loss.item())
        if i % PERIOD == 0:
            optimizer.step()
            optimizer.zero_grad()
    return losses

# %% zero-every-second.third
# hint: The gradients are cleared before some batches only. Before the others, those of an earlier
# batch are still in .grad.
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for i, (x, y) in enumerate(batches):
        if i % 3 == 0:
            optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
