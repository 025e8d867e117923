"""Wrong solutions of ``fix_double_sigmoid``, each with its name and hint.

Answers: never in a kit.
"""

import torch
import torch.nn.functional as F
from torch import nn

# %% double-sigmoid
# hint: BCEWithLogitsLoss takes the sigmoid itself, and it has already been taken before. What goes
# into the loss lies between 0 and 1, so the loss never gets small.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(torch.sigmoid(model(x)), y)

# %% triple-sigmoid
# hint: The sigmoid is taken twice before a loss that takes it itself. None of the two belongs
# there.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(torch.sigmoid(torch.sigmoid(model(x))), y)

# %% sigmoid-on-target
# hint: The sigmoid is now taken of the target. It was already 0 or 1 and needs nothing.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(model(x), torch.sigmoid(y))

# %% softmax-before
# hint: The output goes through a softmax first. Of a single column that is always 1, whatever the
# model says; and the loss takes raw outputs.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(torch.softmax(model(x), dim=1), y)

# %% softmax-before.over-samples
# hint: The output goes through a softmax over the samples first. They have nothing to do with each
# other, and the loss takes raw outputs.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(torch.softmax(model(x), dim=0), y)

# %% other-squashing.tanh
# hint: The sigmoid has made way for another function that squashes the output. The loss takes the
# raw output, as the model gives it.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(torch.tanh(model(x)), y)

# %% other-squashing.relu
# hint: The output goes through a ReLU, which turns every "no" into "undecided". The loss takes the
# raw output, as the model gives it.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(torch.relu(model(x)), y)

# %% other-squashing.logsigmoid
# hint: The output goes through logsigmoid, which makes every value negative. The loss takes the raw
# output, as the model gives it.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(F.logsigmoid(model(x)), y)

# %% sigmoid-then-bce
# hint: Sigmoid and BCELoss one after the other are right on paper. For large outputs float32 rounds
# the sigmoid to exactly 0 or 1, and loss and gradient are cut off.
def fix_double_sigmoid(model, x, y):
    return nn.BCELoss()(torch.sigmoid(model(x)), y)

# %% bce-on-raw-output
# hint: BCELoss takes probabilities, and gets raw outputs. Of the two, the loss that takes raw
# outputs does the sigmoid itself.
def fix_double_sigmoid(model, x, y):
    return nn.BCELoss()(model(x), y)

# %% naive-log
# hint: A sigmoid or an exponential is taken on the way. For large outputs it is rounded to exactly
# 0 or 1, or is infinite itself, and the loss becomes infinite.
def fix_double_sigmoid(model, x, y):
    p = torch.sigmoid(model(x))
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()

# %% naive-log.where
# hint: A sigmoid or an exponential is taken on the way. For large outputs it is rounded to exactly
# 0 or 1, or is infinite itself, and the loss becomes infinite.
def fix_double_sigmoid(model, x, y):
    p = torch.sigmoid(model(x))
    return -torch.log(torch.where(y == 1, p, 1 - p)).mean()

# %% clamped-log
# hint: The probability is kept away from 0 and 1 by a small number. That avoids infinity, but cuts
# off loss and gradient for large outputs.
def fix_double_sigmoid(model, x, y):
    p = torch.sigmoid(model(x)).clamp(1e-7, 1 - 1e-7)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()

# %% clamped-log.added
# hint: A small number is added before the logarithm. That avoids infinity, but cuts off loss and
# gradient for large outputs.
def fix_double_sigmoid(model, x, y):
    p = torch.sigmoid(model(x))
    return -(y * torch.log(p + 1e-8) + (1 - y) * torch.log(1 - p + 1e-8)).mean()

# %% clamped-output
# hint: The model's output is cut off before it reaches the loss. Large outputs then all count the
# same, and no gradient comes back from them.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(model(x).clamp(-20, 20), y)

# %% thresholded
# hint: The output is turned into a decision, 0 or 1, before the loss. That loses how sure the model
# is, and a decision has no gradient.
def fix_double_sigmoid(model, x, y):
    decision = (torch.sigmoid(model(x)) > 0.5).float()
    return nn.BCEWithLogitsLoss()(decision, y)

# %% thresholded.rounded
# hint: The probability is rounded to 0 or 1 before the loss. That loses how sure the model is, and
# rounding has no gradient.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(torch.round(torch.sigmoid(model(x))), y)

# %% squared-error
# hint: This is a squared error. Asked for is the binary cross-entropy.
def fix_double_sigmoid(model, x, y):
    return nn.MSELoss()(torch.sigmoid(model(x)), y)

# %% squared-error.of-raw-output
# hint: This is a squared error. Asked for is the binary cross-entropy.
def fix_double_sigmoid(model, x, y):
    return nn.MSELoss()(model(x), y)

# %% cross-entropy-on-one-column
# hint: CrossEntropyLoss chooses between columns, and there is only one: it is always right. This
# task is for BCEWithLogitsLoss.
def fix_double_sigmoid(model, x, y):
    return F.cross_entropy(model(x), y.squeeze(1).long() * 0)

# %% summed
# hint: The losses of the samples are added up. Asked for is their mean, which does not grow with
# the batch.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss(reduction="sum")(model(x), y)

# %% not-averaged
# hint: Each sample's loss is returned. Asked for is their mean, a single number.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss(reduction="none")(model(x), y)

# %% divided-twice
# hint: The loss is a mean over the samples already, and is divided by their number once more.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(model(x), y) / len(x)

# %% swapped-args
# hint: The target stands where the model's output belongs: it is criterion(prediction, target).
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(y, model(x))

# %% swapped-args.sigmoid-kept
# hint: The target stands where the model's output belongs: it is criterion(prediction, target). And
# the sigmoid is still there.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(y, torch.sigmoid(model(x)))

# %% minus-forgotten
# hint: The loss has the wrong sign: it would get smaller as the model gets worse.
def fix_double_sigmoid(model, x, y):
    z = model(x)
    return (y * F.logsigmoid(z) + (1 - y) * F.logsigmoid(-z)).mean()

# %% yes-and-no-confused
# hint: Yes and no have changed places: the loss is small where the model is wrong.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(-model(x), y)

# %% only-one-answer
# hint: Only the samples whose answer is yes count. Those whose answer is no have a loss as well.
def fix_double_sigmoid(model, x, y):
    return -(y * F.logsigmoid(model(x))).mean()

# %% squeeze-broadcast
# hint: Output and target do not have the same shape when they meet in the loss. Either it refuses
# them, or every output is compared with every target.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(model(x).squeeze(1), y)

# %% squeeze-broadcast.by-hand
# hint: Output and target do not have the same shape when they meet in the loss. Either it refuses
# them, or every output is compared with every target.
def fix_double_sigmoid(model, x, y):
    z = model(x).squeeze(1)
    return (F.softplus(z) - z * y).mean()

# %% no-graph
# hint: No gradient can come back from it: the output or the loss was detached, or computed under
# no_grad.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(model(x), y).detach()

# %% returns-number
# hint: .item() makes a plain number of the loss, from which no backward() can start. Return the
# tensor.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(model(x), y).item()

# %% wrapped-again
# hint: The loss is put into a new tensor. That has the value but not the history: no gradient comes
# back to the model.
def fix_double_sigmoid(model, x, y):
    loss = nn.BCEWithLogitsLoss()(model(x), y)
    return torch.tensor(loss.item(), requires_grad=True)

# %% calls-backward
# hint: backward() has been called inside, which uses the graph up. The caller will do that, once.
def fix_double_sigmoid(model, x, y):
    loss = nn.BCEWithLogitsLoss()(model(x), y)
    loss.backward()
    return loss

# %% calls-backward.graph-retained
# hint: backward() has been called inside, and has left gradients in .grad. The caller's own
# backward() adds to them.
def fix_double_sigmoid(model, x, y):
    loss = nn.BCEWithLogitsLoss()(model(x), y)
    loss.backward(retain_graph=True)
    return loss

# %% not-0d
# hint: The loss does not have the shape (): it has an axis, or comes in a list or tuple.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(model(x), y).unsqueeze(0)

# %% returns-prediction
# hint: The model's output is returned, raw or as a probability. Asked for is the loss.
def fix_double_sigmoid(model, x, y):
    logits = model(x)
    loss = nn.BCEWithLogitsLoss()(logits, y)
    return logits

# %% returns-prediction.probability
# hint: The model's output is returned, raw or as a probability. Asked for is the loss.
def fix_double_sigmoid(model, x, y):
    return torch.sigmoid(model(x))

# %% returns-criterion
# hint: The criterion itself is returned. It still has to be called, with the model's output and the
# target.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()

# %% returns-nothing
# hint: Nothing is returned: the caller gets None in place of the loss.
def fix_double_sigmoid(model, x, y):
    loss = nn.BCEWithLogitsLoss()(model(x), y)

# %% arguments-to-the-constructor
# hint: Output and target are given to BCEWithLogitsLoss when it is made. It is made first, and then
# called with them.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss(model(x), y)

# %% integer-target
# hint: The target is turned into integers. This loss wants it as floats, of the output's type.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(model(x), y.long())

# %% eval-mode
# hint: The model is put into evaluation mode, in which dropout is off and batch norm uses its
# running statistics. Its mode is to stay as it is.
def fix_double_sigmoid(model, x, y):
    model.eval()
    return nn.BCEWithLogitsLoss()(model(x), y)

# %% eval-mode.undone
# hint: The prediction is made in evaluation mode, in which dropout is off and batch norm uses its
# running statistics. Its mode is to stay as it is.
def fix_double_sigmoid(model, x, y):
    model.eval()
    logits = model(x)
    model.train()
    return nn.BCEWithLogitsLoss()(logits, y)

# %% changes-target
# hint: The targets themselves are changed. Whoever passed them in will find other numbers in them.
def fix_double_sigmoid(model, x, y):
    loss = nn.BCEWithLogitsLoss()(model(x), y.clone())
    y.clamp_(0.05, 0.95)
    return loss

# %% smoothed-target
# hint: The targets are moved away from 0 and 1. Asked for is the loss on the targets as they are.
def fix_double_sigmoid(model, x, y):
    return nn.BCEWithLogitsLoss()(model(x), y * 0.9 + 0.05)
