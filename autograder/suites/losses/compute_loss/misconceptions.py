"""Wrong solutions of ``compute_loss``, each with its name and hint. Answers: never in a kit.

Three tasks are three chances for one mistake: such a mistake has a form for each task.
"""

import torch
import torch.nn.functional as F

# %% softmax-before-ce
# hint: The logits go through a softmax before cross-entropy, which takes a softmax itself. With
# three classes this loss can't fall below 0.551, however sure and right the model is.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(torch.softmax(logits, dim=1), target)
    raise ValueError(task)

# %% sigmoid-before-bce-logits
# hint: The logits go through a sigmoid before the loss "with logits", which takes a sigmoid itself.
# This loss can't fall below 0.313, however sure and right the model is.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(torch.sigmoid(logits), target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% bce-on-logits
# hint: binary_cross_entropy (BCELoss) takes probabilities between 0 and 1, and it got raw logits.
# Logits are any numbers.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% sigmoid-then-bce
# hint: For large logits the sigmoid rounds to exactly 0 or 1. The loss that is computed from it
# afterwards saturates at 100, and its gradient is lost.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy(torch.sigmoid(logits), target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% summed
# hint: The losses of the samples are added up. Asked for is their mean, which does not grow with
# the batch.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target, reduction="sum")
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target, reduction="sum")
    if task == "multiclass":
        return F.cross_entropy(logits, target, reduction="sum")
    raise ValueError(task)

# %% summed.regression
# hint: For "regression" the squared errors of the samples are added up. Asked for is their mean.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return ((logits - target) ** 2).sum()
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% summed.binary
# hint: For "binary" the losses of the samples are added up. Asked for is their mean.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target, reduction="sum")
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% summed.multiclass
# hint: For "multiclass" the losses of the samples are added up. Asked for is their mean.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target, reduction="sum")
    raise ValueError(task)

# %% swapped-args
# hint: The target stands where the logits belong, and the logits where the target belongs. The
# squared error does not notice; the other losses do.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(target, logits)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(target, logits)
    if task == "multiclass":
        return F.cross_entropy(target, logits)
    raise ValueError(task)

# %% swapped-args.binary
# hint: For "binary" the target stands where the logits belong, and the logits where the target
# belongs: the logits come first.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(target, logits)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% swapped-args.multiclass
# hint: For "multiclass" the target stands where the logits belong, and the logits where the target
# belongs: the logits come first.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(target, logits)
    raise ValueError(task)

# %% naive-log.multiclass
# hint: For large logits the softmax rounds to exactly 0 or 1, and the logarithm of 0 is infinite. A
# loss that takes softmax and logarithm in one step does not go through that 0.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.nll_loss(torch.log(torch.softmax(logits, dim=1)), target)
    raise ValueError(task)

# %% naive-log.sum-of-exponentials
# hint: exp() of a large logit is infinite in float32, and the logarithm of the sum is as well. A
# loss that takes raw logits avoids the detour.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        picked = logits[torch.arange(len(target)), target]
        return (torch.log(torch.exp(logits).sum(dim=1)) - picked).mean()
    raise ValueError(task)

# %% naive-log.one-hot
# hint: For large logits the softmax rounds to exactly 0, the logarithm of 0 is infinite, and 0
# times infinity is not a number. A loss that takes raw logits avoids the detour.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        wanted = F.one_hot(target, logits.shape[1])
        return -(wanted * torch.log(torch.softmax(logits, dim=1))).sum(dim=1).mean()
    raise ValueError(task)

# %% naive-log.binary
# hint: For large logits the sigmoid rounds to exactly 0 or 1, and the logarithm of 0 is infinite. A
# loss that takes sigmoid and logarithm in one step does not go through that 0.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        p = torch.sigmoid(logits)
        return -(target * torch.log(p) + (1 - target) * torch.log(1 - p)).mean()
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% naive-log.binary-where
# hint: For large logits the sigmoid rounds to exactly 0 or 1, and the logarithm of 0 is infinite. A
# loss that takes sigmoid and logarithm in one step does not go through that 0.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        p = torch.sigmoid(logits)
        return -torch.log(torch.where(target == 1, p, 1 - p)).mean()
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% naive-log.binary-exponential
# hint: exp() of a large logit is infinite in float32, and the logarithm of it is as well. A loss
# that takes raw logits avoids the detour.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return (torch.log(1 + torch.exp(logits)) - target * logits).mean()
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% unknown-task-accepted
# hint: A task that is none of the three is treated like one of them, or nothing is returned for it.
# Whoever mistypes the name should be told, by a ValueError.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)

# %% unknown-task-accepted.last-branch
# hint: A task that is none of the three is treated like one of them. Whoever mistypes the name
# should be told, by a ValueError.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    elif task == "multiclass":
        return F.cross_entropy(logits, target)
    else:
        return F.binary_cross_entropy_with_logits(logits, target)

# %% another-exception
# hint: A task that is none of the three ends in an exception, but not in a ValueError.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    losses = {
        "regression": F.mse_loss,
        "binary": F.binary_cross_entropy_with_logits,
        "multiclass": F.cross_entropy,
    }
    return losses[task](logits, target)

# %% returns-number
# hint: The loss is turned into a Python number. A number has no history, so backward() can't start
# from it and nothing can be trained.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target).item()
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target).item()
    if task == "multiclass":
        return F.cross_entropy(logits, target).item()
    raise ValueError(task)

# %% no-graph
# hint: The loss carries no graph: it was detached, or computed while nothing was recorded. No
# gradient can come back from it.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    with torch.no_grad():
        if task == "regression":
            return F.mse_loss(logits, target)
        if task == "binary":
            return F.binary_cross_entropy_with_logits(logits, target)
        if task == "multiclass":
            return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% wrapped-again
# hint: The number is put into a new tensor. That tensor asks for gradients, but it knows nothing of
# the logits, and no gradient comes back to them.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        loss = F.mse_loss(logits, target)
    elif task == "binary":
        loss = F.binary_cross_entropy_with_logits(logits, target)
    elif task == "multiclass":
        loss = F.cross_entropy(logits, target)
    else:
        raise ValueError(task)
    return torch.tensor(loss.item(), requires_grad=True)

# %% calls-backward
# hint: backward() is called in here, which uses up the graph. Whoever gets the loss can't call it
# any more; that is the training step's affair.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        loss = F.mse_loss(logits, target)
    elif task == "binary":
        loss = F.binary_cross_entropy_with_logits(logits, target)
    elif task == "multiclass":
        loss = F.cross_entropy(logits, target)
    else:
        raise ValueError(task)
    if loss.requires_grad:
        loss.backward()
    return loss

# %% not-averaged
# hint: Every sample has its own loss here. Asked for is one number, their mean.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target, reduction="none")
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    if task == "multiclass":
        return F.cross_entropy(logits, target, reduction="none")
    raise ValueError(task)

# %% not-0d
# hint: The loss still has an axis: it is a tensor with one number in it, and not of shape ().
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target).unsqueeze(0)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target).unsqueeze(0)
    if task == "multiclass":
        return F.cross_entropy(logits, target).unsqueeze(0)
    raise ValueError(task)

# %% not-0d.regression
# hint: For "regression" the loss still has an axis: it is a tensor with one number in it, and not
# of shape ().
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return ((logits - target) ** 2).mean(dim=0)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% returns-nothing
# hint: Nothing is returned: the caller gets None in place of the loss.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        loss = F.mse_loss(logits, target)
    elif task == "binary":
        loss = F.binary_cross_entropy_with_logits(logits, target)
    elif task == "multiclass":
        loss = F.cross_entropy(logits, target)
    else:
        raise ValueError(task)
    print(loss)

# %% absolute-error
# hint: For "regression" this is the mean of the absolute errors. Asked for is the mean of their
# squares.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.l1_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% root-mean-square
# hint: For "regression" a square root is taken at the end. Asked for is the mean square itself.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return torch.sqrt(F.mse_loss(logits, target))
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% half-square
# hint: For "regression" this is half of the mean squared error. Some books write it with the ½; the
# task does not.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return 0.5 * F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% smooth-l1
# hint: For "regression" this is the Huber loss (smooth L1), which grows like the absolute error
# where errors are large. Asked for is the squared error.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.smooth_l1_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% mean-before-square
# hint: For "regression" the errors are averaged first and squared afterwards, so that positive and
# negative ones cancel. Asked for is the mean of the squares.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return (logits - target).mean() ** 2
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% squeeze-broadcast
# hint: One side was squeezed to (N,) and the other still is (N, 1): broadcasting compares every
# prediction with every target, N × N of them.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return ((logits.squeeze(1) - target) ** 2).mean()
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% shapes-differ
# hint: For "binary" one side was squeezed to (N,) and the other still is (N, 1). This loss wants
# both in one shape.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits.squeeze(1), target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% nll-on-logits
# hint: nll_loss (NLLLoss) takes the logarithms of probabilities, and it got raw logits: it only
# averages the logit of the right class, with a minus sign.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.nll_loss(logits, target)
    raise ValueError(task)

# %% nll-on-probabilities
# hint: nll_loss (NLLLoss) takes the logarithms of probabilities, and it got probabilities. The
# logarithm is missing.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.nll_loss(F.softmax(logits, dim=1), target)
    raise ValueError(task)

# %% softmax-over-samples
# hint: For "multiclass" the softmax runs over the samples (dim 0). The classes of one sample
# compete with each other: they lie along dim 1.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.nll_loss(F.log_softmax(logits, dim=0), target)
    raise ValueError(task)

# %% divided-by-classes
# hint: For "multiclass" the mean runs over samples and classes. Only one class of each sample
# counts, so the loss is too small by the number of classes.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        wanted = F.one_hot(target, logits.shape[1])
        return -(wanted * F.log_softmax(logits, dim=1)).mean()
    raise ValueError(task)

# %% divided-twice
# hint: The mean is divided by the number of samples once more.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target) / len(logits)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target) / len(logits)
    if task == "multiclass":
        return F.cross_entropy(logits, target) / len(logits)
    raise ValueError(task)

# %% cross-entropy-on-one-column
# hint: For "binary" cross_entropy is asked to choose among the columns of the logits. There is only
# one, and its softmax is always 1, so the loss is always 0.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.cross_entropy(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% squared-error-for-classes.binary
# hint: For "binary" the squared error of the probabilities is taken. Asked for is the binary
# cross-entropy.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.mse_loss(torch.sigmoid(logits), target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% squared-error-for-classes.binary-raw
# hint: For "binary" the squared error between logits and target is taken. Asked for is the binary
# cross-entropy.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.mse_loss(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% squared-error-for-classes.multiclass
# hint: For "multiclass" the squared error of the probabilities is taken. Asked for is the
# cross-entropy.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.mse_loss(torch.softmax(logits, dim=1), F.one_hot(target, logits.shape[1]).float())
    raise ValueError(task)

# %% binary-loss-for-classes
# hint: For "multiclass" every class is treated as a yes-or-no question of its own. The classes of
# one sample compete with each other: asked for is cross-entropy over them.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        wanted = F.one_hot(target, logits.shape[1]).float()
        return F.binary_cross_entropy_with_logits(logits, wanted)
    raise ValueError(task)

# %% half-of-the-cross-entropy
# hint: For "binary" only the samples with target 1 count: the part of the formula for target 0,
# with (1 − target), is missing.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return -(target * F.logsigmoid(logits)).mean()
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% minus-forgotten.binary
# hint: For "binary" the minus sign is missing: this loss gets smaller the more wrong the model is.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return (target * F.logsigmoid(logits) + (1 - target) * F.logsigmoid(-logits)).mean()
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% minus-forgotten.multiclass
# hint: For "multiclass" the minus sign is missing: this loss gets smaller the more wrong the model
# is.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.log_softmax(logits, dim=1)[torch.arange(len(target)), target].mean()
    raise ValueError(task)

# %% float-classes
# hint: For "multiclass" the target is turned into floating-point numbers. A class is a whole number
# that picks a column, so it must stay an integer.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    target = target.float()
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% integer-target-for-binary
# hint: For "binary" the target is turned into integers. This loss calculates with the target, and
# wants floating-point numbers.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target.long())
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% one-hot-too-narrow
# hint: one_hot counts the classes by the largest one it sees. In a batch that lacks the last class
# the rows are too short: say how many classes there are.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return -(F.one_hot(target) * F.log_softmax(logits, dim=1)).sum(dim=1).mean()
    raise ValueError(task)

# %% tasks-mixed-up
# hint: The losses of "binary" and "multiclass" are exchanged.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "multiclass":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "binary":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% changes-logits
# hint: The logits that were passed in are changed on the way, in place: by a method whose name
# ends in _, or by an operator such as -=.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        logits -= logits.max(dim=1, keepdim=True).values
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% clamped-log.binary
# hint: For large logits the sigmoid rounds to exactly 0 or 1, and a small number keeps the
# logarithm from 0. The loss is finite then, but far too small, and its gradient is lost.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        p = torch.sigmoid(logits).clamp(1e-7, 1 - 1e-7)
        return -(target * torch.log(p) + (1 - target) * torch.log(1 - p)).mean()
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% clamped-log.binary-added
# hint: For large logits the sigmoid rounds to exactly 0 or 1, and a small number keeps the
# logarithm from 0. The loss is finite then, but far too small, and its gradient is lost.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        p = torch.sigmoid(logits)
        return -(target * torch.log(p + 1e-8) + (1 - target) * torch.log(1 - p + 1e-8)).mean()
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% clamped-log.multiclass-added
# hint: For large logits the softmax rounds to exactly 0 or 1, and a small number keeps the
# logarithm from 0. The loss is finite then, but far too small, and its gradient is lost.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.nll_loss(torch.log(torch.softmax(logits, dim=1) + 1e-8), target)
    raise ValueError(task)

# %% clamped-log.multiclass
# hint: For large logits the softmax rounds to exactly 0 or 1, and a small number keeps the
# logarithm from 0. The loss is finite then, but far too small, and its gradient is lost.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.nll_loss(torch.log(torch.softmax(logits, dim=1).clamp(min=1e-7)), target)
    raise ValueError(task)

# %% clamped-logits
# hint: The logits are cut off before the loss is taken. The loss of a confidently wrong sample is
# too small then, and it gets no gradient.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    logits = logits.clamp(-100, 100)
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% leaves-settings-changed.anomaly-detection
# hint: Anomaly detection is switched on and stays on: everything that runs afterwards is slower.
def compute_loss(task, logits, target):
    torch.autograd.set_detect_anomaly(True)
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(f"unknown task {task!r}")

# %% sigmoid-before-ce
# hint: The logits of the classes go through a sigmoid before cross-entropy, which takes a softmax
# of the raw logits itself. However sure the model is, the loss stays large.
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(torch.sigmoid(logits), target)
    raise ValueError(task)

# %% clamped-log.each-binary
# hint: For large logits the sigmoid rounds to exactly 0 or 1, and a small number keeps the
# logarithm from 0. The loss is finite then, but far too small, and its gradient is lost.
# each: SMALL = 0.1 | 1e-2 | 1e-3 | 1e-4 | 1e-5 | 1e-6 | 1e-8 | 1e-9 | 1e-10 | 1e-12
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        p = torch.sigmoid(logits).clamp(SMALL, 1 - SMALL)
        return F.binary_cross_entropy(p, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% clamped-log.each-binary-added
# hint: For large logits the sigmoid rounds to exactly 0 or 1, and a small number keeps the
# logarithm from 0. The loss is finite then, but far too small, and its gradient is lost.
# each: SMALL = 1e-2 | 1e-3 | 1e-4 | 1e-6 | 1e-7 | 1e-9 | 1e-10 | 1e-12
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        p = torch.sigmoid(logits)
        return -(target * torch.log(p + SMALL) + (1 - target) * torch.log(1 - p + SMALL)).mean()
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)

# %% clamped-log.each-multiclass-added
# hint: For large logits the softmax rounds to exactly 0 or 1, and a small number keeps the
# logarithm from 0. The loss is finite then, but far too small, and its gradient is lost.
# each: SMALL = 1e-2 | 1e-3 | 1e-4
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.nll_loss(torch.log(torch.softmax(logits, dim=1) + SMALL), target)
    raise ValueError(task)

# %% clamped-log.each-multiclass
# hint: For large logits the softmax rounds to exactly 0 or 1, and a small number keeps the
# logarithm from 0. The loss is finite then, but far too small, and its gradient is lost.
# each: SMALL = 1e-2 | 1e-3 | 1e-4 | 1e-5 | 1e-6 | 1e-9 | 1e-10 | 1e-12
import torch.nn.functional as F

def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.nll_loss(torch.log(torch.softmax(logits, dim=1).clamp(min=SMALL)), target)
    raise ValueError(task)
