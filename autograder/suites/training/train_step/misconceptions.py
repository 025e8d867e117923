"""Wrong solutions of ``train_step``, each with its name and hint. Answers: never in a kit."""

import torch
from torch import nn

# %% no-zero
# hint: backward() adds to .grad. Whatever was there before this batch is still there and becomes
# part of this update.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% zero-between-backward-and-step
# hint: The gradients are cleared after backward() has computed them, so step() finds nothing to
# use. Clear them before backward().
def train_step(model, optimizer, criterion, x_batch, y_batch):
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()

# %% no-backward
# hint: Nothing computes the gradients: the loss is known, but its derivatives never are, so step()
# has nothing to go by.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    optimizer.step()
    return loss.item()

# %% no-step
# hint: The gradients are computed, but nobody uses them: the parameters never move.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    return loss.item()

# %% step-before-backward
# hint: step() runs before backward() has computed this batch's gradients, so it has none to use.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    optimizer.step()
    loss.backward()
    return loss.item()

# %% double-step
# hint: One call takes two optimizer steps on the same gradient. A training step is one update.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    optimizer.step()
    return loss.item()

# %% double-backward
# hint: backward() runs twice and adds up, so this update uses twice the gradient.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward(retain_graph=True)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% partial-zero
# hint: Only some of the gradients are cleared before backward(); the others still hold what was
# there before.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    next(model.parameters()).grad = None
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% partial-zero.first-group
# hint: Only the first of the optimizer's parameter groups has its gradients cleared. What the others
# hold from before is still there and becomes part of the update.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    for p in optimizer.param_groups[0]["params"]:
        p.grad = None
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% new-optimizer-inside
# hint: A new optimizer is made in every call. The one you were given, with its learning rate and
# its memory of earlier steps, is not used.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% manual-update
# hint: The parameters are moved by hand. That is plain gradient descent on all of them, whatever
# the given optimizer would have done.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    model.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= optimizer.param_groups[0]["lr"] * p.grad
    return loss.item()

# %% swapped-criterion
# hint: The criterion gets the target where the prediction belongs. MSELoss does not mind, most
# losses do: it is criterion(prediction, target).
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(y_batch, model(x_batch))
    loss.backward()
    optimizer.step()
    return loss.item()

# %% hard-coded-loss
# hint: The loss is written into the function, and the criterion that was passed in is ignored.
# each: LOSS = mse_loss | cross_entropy
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = nn.functional.LOSS(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% squeeze-broadcast
# hint: Prediction and target do not have the same shape when they meet in the loss, so they are
# broadcast: every prediction is compared with every target.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    prediction = model(x_batch).squeeze()
    loss = criterion(prediction, y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% left-in-eval
# hint: The model is put into evaluation mode, in which dropout is off and batch norm uses its
# running statistics. Training wants training mode.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    model.eval()
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% eval-afterwards
# hint: The model is left in evaluation mode, so whatever trains it next does so without dropout
# and with frozen batch norm statistics.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    model.eval()
    return loss.item()

# %% many-steps
# hint: One call makes several updates in a loop. A training step is one update, on the whole batch:
# a loop over epochs or batches belongs outside.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    for _ in range(10):
        optimizer.zero_grad()
        loss = criterion(model(x_batch), y_batch)
        loss.backward()
        optimizer.step()
    return loss.item()

# %% mutates-batch
# hint: The batch itself is changed. Whoever passed it in will find other numbers in it afterwards,
# for example in the next epoch.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    x_batch -= x_batch.mean()
    return loss.item()

# %% live-return
# hint: The loss comes back as a tensor. Unless it is detached, it holds its whole graph in memory
# for as long as somebody keeps it; .item() gives the number alone.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss

# %% returns-nothing
# hint: Nothing is returned: the caller gets None in place of the loss.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()

# %% loss-after-step
# hint: The returned loss is computed again after the update. Asked for is the loss that this step
# started from.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        return criterion(model(x_batch), y_batch).item()

# %% zero-only-at-end
# hint: Gradients are cleared only after the step. That helps the next call, but whatever was in
# .grad when this one began is added to this batch's gradient.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()

# %% eval-during-forward
# hint: The model is in evaluation mode while it predicts, so dropout is off and batch norm uses
# its running statistics; switching back to training mode afterwards comes too late.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    model.eval()
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    model.train()
    return loss.item()

# %% extra-forward
# hint: The model predicts more than once for a single step. In training mode that is not free: batch
# norm updates its statistics each time, and dropout draws other random numbers.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    model(x_batch)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% no-graph
# hint: The loss is not connected to the parameters: the prediction was made under no_grad, or it
# was detached. backward() has no way to go.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch).detach(), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% no-graph.marked
# hint: backward() starts from a loss that is not connected to the parameters: the prediction or the
# loss was detached, computed under no_grad, or made anew from its number. To mark it with
# requires_grad connects it to nothing.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch).detach(), y_batch)
    loss.requires_grad_()
    loss.backward()
    optimizer.step()
    return loss.item()

# %% number-before-backward
# hint: .item() makes a plain number of the loss, and a number has no backward(). Call backward() on
# the tensor first.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch).item()
    loss.backward()
    optimizer.step()
    return loss

# %% loss-times-batch-size
# hint: The returned loss is multiplied with the number of samples. The criterion's value itself is
# asked for.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item() * len(x_batch)

# %% loss-over-batch-size
# hint: The criterion's value is already a mean over the batch, and here it is divided by the number
# of samples once more before backward(). The update is that much too small.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch) / len(x_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% trains-a-copy
# hint: A copy of the model is trained. The optimizer moves the parameters of the model that was
# passed in, and these never get a gradient.
import copy

def train_step(model, optimizer, criterion, x_batch, y_batch):
    model = copy.deepcopy(model)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% swapped-batch
# hint: The model gets the targets, and the criterion the inputs: it is criterion(model(x), y).
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(y_batch), x_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% swapped-arguments
# hint: The arguments are taken in another order than they are passed. Here optimizer comes before
# criterion: model, optimizer, criterion, x_batch, y_batch.
def train_step(model, criterion, optimizer, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% returns-prediction
# hint: The model's prediction is returned in place of the loss.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    prediction = model(x_batch)
    loss = criterion(prediction, y_batch)
    loss.backward()
    optimizer.step()
    return prediction

# %% leaves-settings-changed.anomaly-detection
# hint: Anomaly detection is switched on and stays on: everything that runs afterwards is slower.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    torch.autograd.set_detect_anomaly(True)
    optimizer.zero_grad()
    prediction = model(x_batch)
    loss = criterion(prediction, y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% activation-before-criterion
# hint: The model's output goes through another function, such as a sigmoid, before the criterion
# sees it. The loss is asked of the model's own output.
# each: ACTIVATION = torch.sigmoid | torch.tanh | torch.relu
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(ACTIVATION(model(x_batch)), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% input-as-target
# hint: The criterion compares the prediction with the input. It belongs beside the target.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), x_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% clips-gradients.norm
# hint: The gradients are clipped before the step, which nobody asked for: a large gradient makes a
# smaller update than the optimizer would make.
# each: LARGEST = 0.1 | 0.25 | 0.5 | 1.0 | 2.0
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), LARGEST)
    optimizer.step()
    return loss.item()

# %% clips-gradients.value
# hint: The gradients are clipped before the step, which nobody asked for: a large gradient makes a
# smaller update than the optimizer would make.
# each: LARGEST = 0.1 | 0.5 | 1.0
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    nn.utils.clip_grad_value_(model.parameters(), LARGEST)
    optimizer.step()
    return loss.item()
