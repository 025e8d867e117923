"""Wrong solutions of ``train_step_on``, each with its name and hint. Answers: never in a kit."""

import torch
from torch import nn

# %% discarded-to
# hint: Inputs and targets never arrive on the device. A tensor's .to(device) returns the moved
# one and leaves the other where it is.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch.to(device)
    y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% target-not-moved
# hint: The inputs are moved, but the targets are not: prediction and target meet in the loss on
# two devices.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch = x_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% input-not-moved
# hint: The targets are moved, but the inputs are not: they meet the model's parameters on two
# devices.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    y_batch = y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% hard-coded-cuda
# hint: The device is written into the function, and the one that was passed in is ignored. On a
# machine without CUDA that fails.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to('cuda'), y_batch.to('cuda')
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% hard-coded-cuda.cpu
# hint: The device is written into the function, and the one that was passed in is ignored: the
# batch goes to the CPU wherever the model is.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.cpu(), y_batch.cpu()
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% moved-back-to-cpu
# hint: The model is moved to the CPU after the step. It should be on the device afterwards.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    model.cpu()
    return loss.item()

# %% trains-on-cpu
# hint: The model is moved to the CPU, trained there, and left there. It should be on the device
# afterwards.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    model.cpu()
    x_batch, y_batch = x_batch.cpu(), y_batch.cpu()
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% model-follows-batch
# hint: The model is moved to where the batch is. It should stay on the device, and the batch come
# to it.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    model.to(x_batch.device)
    y_batch = y_batch.to(x_batch.device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% moves-batch-itself
# hint: The batch itself is moved: the tensors that were passed in are on another device
# afterwards.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch.data = x_batch.data.to(device)
    y_batch.data = y_batch.data.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% no-zero
# hint: backward() adds to .grad. Whatever was there before this batch is still there and becomes
# part of this update.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% partial-zero
# hint: Only the first of the optimizer's parameter groups has its gradients cleared. What the others
# hold from before is still there and becomes part of the update.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    for p in optimizer.param_groups[0]["params"]:
        p.grad = None
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% zero-between-backward-and-step
# hint: The gradients are cleared after backward() has computed them, so step() finds nothing to
# use. Clear them before backward().
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()

# %% no-backward
# hint: Nothing computes the gradients: the loss is known, but its derivatives never are, so
# step() has nothing to go by.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    optimizer.step()
    return loss.item()

# %% no-step
# hint: The gradients are computed, but nobody uses them: the parameters never move.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    return loss.item()

# %% step-before-backward
# hint: step() runs before backward() has computed this batch's gradients, so it has none to use.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    optimizer.step()
    loss.backward()
    return loss.item()

# %% step-before-backward.at-once
# hint: step() runs before backward() has computed this batch's gradients, so it has none to use.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    optimizer.step()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    return loss.item()

# %% double-step
# hint: One call takes two optimizer steps on the same gradient. A training step is one update.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    optimizer.step()
    return loss.item()

# %% double-backward
# hint: backward() runs twice and adds up, so this update uses twice the gradient.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward(retain_graph=True)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% new-optimizer-inside
# hint: A new optimizer is made in every call. The one you were given, with its learning rate and
# its memory of earlier steps, is not used.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% manual-update
# hint: The parameters are moved by hand. That is plain gradient descent, whatever the given
# optimizer would have done.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    model.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= optimizer.param_groups[0]['lr'] * p.grad
    return loss.item()

# %% swapped-criterion
# hint: The criterion gets the target where the prediction belongs. MSELoss does not mind, most
# losses do: it is criterion(prediction, target).
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(y_batch, model(x_batch))
    loss.backward()
    optimizer.step()
    return loss.item()

# %% hard-coded-loss
# hint: The loss is written into the function, and the criterion that was passed in is ignored.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% squeeze-broadcast
# hint: Prediction and target do not have the same shape when they meet in the loss, so they are
# broadcast: every prediction is compared with every target.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch).squeeze(), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% left-in-eval
# hint: The model is put into evaluation mode, in which dropout is off and batch norm uses its
# running statistics. Training wants training mode.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    model.eval()
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% mutates-batch
# hint: The batch itself is changed. Whoever passed it in will find other numbers in it
# afterwards, for example in the next epoch.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_moved, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_moved), y_batch)
    loss.backward()
    optimizer.step()
    x_batch -= x_batch.mean()
    return loss.item()

# %% live-return
# hint: The loss comes back as a tensor. Unless it is detached, it holds its whole graph in memory
# for as long as somebody keeps it; .item() gives the number alone.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss

# %% returns-nothing
# hint: Nothing is returned: the caller gets None in place of the loss.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()

# %% loss-after-step
# hint: The returned loss is computed again after the update. Asked for is the loss that this step
# started from.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        return criterion(model(x_batch), y_batch).item()

# %% zero-only-at-end
# hint: Gradients are cleared only after the step. That helps the next call, but whatever was in
# .grad when this one began is added to this batch's gradient.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()

# %% extra-forward
# hint: The model predicts more than once for a single step. In training mode that is not free:
# batch norm updates its statistics each time, and dropout draws other random numbers.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    model(x_batch)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% many-steps
# hint: One call makes several updates in a loop. A training step is one update, on the whole batch:
# a loop over epochs or batches belongs outside.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    for _ in range(10):
        optimizer.zero_grad()
        loss = criterion(model(x_batch), y_batch)
        loss.backward()
        optimizer.step()
    return loss.item()

# %% no-graph
# hint: The loss is not connected to the parameters: the prediction was made under no_grad or
# inference_mode, or it was detached. backward() has no way to go.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch).detach(), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% no-graph.marked
# hint: backward() starts from a loss that is not connected to the parameters: the prediction or the
# loss was detached, computed under no_grad, or made anew from its number. To mark it with
# requires_grad connects it to nothing.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch).detach(), y_batch)
    loss.requires_grad_()
    loss.backward()
    optimizer.step()
    return loss.item()

# %% number-before-backward
# hint: item() makes a plain number of the loss, and a number has no backward(). Call backward()
# on the tensor first.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch).item()
    loss.backward()
    optimizer.step()
    return loss

# %% trains-a-copy
# hint: A copy of the model is trained. The optimizer moves the parameters of the model that was
# passed in, and these never get a gradient.
import copy

def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    model = copy.deepcopy(model)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% swapped-arguments
# hint: The arguments are taken in another order than they are passed: device comes first, then
# model, optimizer, criterion, x_batch, y_batch.
def train_step_on(model, optimizer, criterion, x_batch, y_batch, device):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()

# %% leaves-settings-changed.default-device
# hint: The default device is changed for the whole notebook: every tensor that is made afterwards
# is there.
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    torch.set_default_device(device)
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()
