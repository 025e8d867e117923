"""Wrong solutions of ``probabilities``, each with its name and hint. Answers: never in a kit."""

import torch

# %% carries-graph
# hint: The result still carries its graph. For people to look at, the bare values are enough;
# detached, or computed without recording, they keep nothing else alive.
def probabilities(task, logits):
    if task == "binary":
        return torch.sigmoid(logits)
    if task == "multiclass":
        return torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% carries-graph.binary
# hint: For "binary" the result still carries its graph. For people to look at, the bare values are
# enough.
def probabilities(task, logits):
    if task == "binary":
        return torch.sigmoid(logits)
    if task == "multiclass":
        return torch.softmax(logits.detach(), dim=1)
    raise ValueError(task)

# %% carries-graph.multiclass
# hint: For "multiclass" the result still carries its graph. For people to look at, the bare values
# are enough.
def probabilities(task, logits):
    if task == "binary":
        return torch.sigmoid(logits.detach())
    if task == "multiclass":
        return torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% softmax-over-samples
# hint: The softmax runs over the samples (dim 0), so that columns sum to 1. The classes of one
# sample lie along dim 1.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits)
    if task == "multiclass":
        return torch.softmax(logits, dim=0)
    raise ValueError(task)

# %% softmax-over-everything
# hint: The softmax runs over all numbers at once, so that the whole tensor sums to 1. Every row is
# one sample, and its probabilities sum to 1 by themselves.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits)
    if task == "multiclass":
        return torch.softmax(logits.flatten(), dim=0).reshape(logits.shape)
    raise ValueError(task)

# %% softmax-on-one-column
# hint: For "binary" a softmax is taken over the columns. There is only one, and alone it always
# gets probability 1.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.softmax(logits, dim=1)
    if task == "multiclass":
        return torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% samples-compete
# hint: For "binary" a softmax is taken over the samples, so that all of them together sum to 1.
# Each sample is a question of its own.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.softmax(logits, dim=0)
    if task == "multiclass":
        return torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% sigmoid-for-classes
# hint: For "multiclass" every class is treated as a yes-or-no question of its own, and a row does
# not sum to 1. The classes of a sample compete with each other.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits)
    if task == "multiclass":
        return torch.sigmoid(logits)
    raise ValueError(task)

# %% naive-exp
# hint: exp() of a large logit is infinite in float32, and infinity divided by infinity is not a
# number. Only differences within a row matter, so the largest logit can be taken off first.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits)
    if task == "multiclass":
        e = torch.exp(logits)
        return e / e.sum(dim=1, keepdim=True)
    raise ValueError(task)

# %% naive-exp.binary
# hint: exp() of a large logit is infinite in float32, and infinity divided by infinity is not a
# number. With exp(−z) in the denominator alone, nothing breaks.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        e = torch.exp(logits)
        return e / (1 + e)
    if task == "multiclass":
        return torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% logarithms
# hint: For "multiclass" these are the logarithms of the probabilities, which are negative.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits)
    if task == "multiclass":
        return torch.log_softmax(logits, dim=1)
    raise ValueError(task)

# %% logarithms.binary
# hint: For "binary" these are the logarithms of the probabilities, which are negative.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.nn.functional.logsigmoid(logits)
    if task == "multiclass":
        return torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% logits-returned.binary
# hint: For "binary" the logits come back as they are. They are any numbers, not probabilities.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return logits
    if task == "multiclass":
        return torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% logits-returned.multiclass
# hint: For "multiclass" the logits come back as they are. They are any numbers, not probabilities.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits)
    if task == "multiclass":
        return logits
    raise ValueError(task)

# %% divided-by-sum
# hint: For "multiclass" the logits are divided by their sum. Logits can be negative, so these are
# no probabilities: e to the power of each makes them positive first.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits)
    if task == "multiclass":
        return logits / logits.sum(dim=1, keepdim=True)
    raise ValueError(task)

# %% softmax-twice
# hint: For "multiclass" the softmax is taken twice. The second one treats probabilities as if they
# were logits and makes them nearly equal.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits)
    if task == "multiclass":
        return torch.softmax(torch.softmax(logits, dim=1), dim=1)
    raise ValueError(task)

# %% sigmoid-twice
# hint: For "binary" the sigmoid is taken twice. The second one treats a probability as if it were a
# logit, so that nothing is ever below one half.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(torch.sigmoid(logits))
    if task == "multiclass":
        return torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% decisions.binary
# hint: For "binary" these are decisions, 0 or 1, and not probabilities: how sure the model is got
# lost.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return (torch.sigmoid(logits) > 0.5).float()
    if task == "multiclass":
        return torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% decisions.multiclass
# hint: For "multiclass" only the number of the most probable class is returned. Asked for is the
# probability of every class.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits)
    if task == "multiclass":
        return torch.softmax(logits, dim=1).argmax(dim=1)
    raise ValueError(task)

# %% only-the-largest
# hint: For "multiclass" only the largest probability of each sample is returned. Asked for is the
# probability of every class.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits)
    if task == "multiclass":
        return torch.softmax(logits, dim=1).max(dim=1).values
    raise ValueError(task)

# %% of-no
# hint: For "binary" these are the probabilities of no: 1 − p stands where p should stand.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return 1 - torch.sigmoid(logits)
    if task == "multiclass":
        return torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% both-columns
# hint: For "binary" two columns come back, no and yes. Asked for is the shape of the logits,
# (N, 1): the probability of yes alone.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        p = torch.sigmoid(logits)
        return torch.cat([1 - p, p], dim=1)
    if task == "multiclass":
        return torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% squeezed
# hint: For "binary" an axis was squeezed out: the result is (N,) and not (N, 1), the shape of the
# logits.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits).squeeze()
    if task == "multiclass":
        return torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% squeezed.last-axis
# hint: For "binary" the last axis was squeezed out: the result is (N,) and not (N, 1), the shape
# of the logits.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits).squeeze(1)
    if task == "multiclass":
        return torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% squeezed.everywhere
# hint: Axes with one entry were squeezed out of the result. It should have the shape of the logits,
# also for a single sample.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        p = torch.sigmoid(logits)
    elif task == "multiclass":
        p = torch.softmax(logits, dim=1)
    else:
        raise ValueError(task)
    return p.squeeze()

# %% rounded
# hint: The probabilities are rounded to a few digits. That is for printing; what is returned should
# be exact.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits).round(decimals=2)
    if task == "multiclass":
        return torch.softmax(logits, dim=1).round(decimals=2)
    raise ValueError(task)

# %% percent
# hint: These are percentages. A probability lies between 0 and 1.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return 100 * torch.sigmoid(logits)
    if task == "multiclass":
        return 100 * torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% no-tensor
# hint: What comes back is a NumPy array. Asked for is a tensor.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits).numpy()
    if task == "multiclass":
        return torch.softmax(logits, dim=1).numpy()
    raise ValueError(task)

# %% no-tensor.list
# hint: What comes back is a list. Asked for is a tensor.
def probabilities(task, logits):
    if task == "binary":
        return torch.sigmoid(logits).tolist()
    if task == "multiclass":
        return torch.softmax(logits, dim=1).tolist()
    raise ValueError(task)

# %% numpy-of-a-graph
# hint: logits still carry a graph, and such a tensor can't be turned into a NumPy array, nor are
# its values meant to leave PyTorch here.
def probabilities(task, logits):
    if task == "binary":
        return torch.sigmoid(logits).numpy()
    if task == "multiclass":
        return torch.softmax(logits, dim=1).numpy()
    raise ValueError(task)

# %% numpy-of-a-graph.and-back
# hint: logits still carry a graph, and such a tensor can't be turned into a NumPy array: detach it
# first, if it has to be one.
def probabilities(task, logits):
    if task == "binary":
        return torch.tensor(torch.sigmoid(logits).numpy())
    if task == "multiclass":
        return torch.tensor(torch.softmax(logits, dim=1).numpy())
    raise ValueError(task)

# %% returns-nothing
# hint: Nothing is returned: the caller gets None in place of the probabilities.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        p = torch.sigmoid(logits)
    elif task == "multiclass":
        p = torch.softmax(logits, dim=1)
    else:
        raise ValueError(task)
    print(p)

# %% changes-logits
# hint: The logits that were passed in are changed: a method whose name ends in _ works in place,
# and detach() shares the memory.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return logits.sigmoid_()
    if task == "multiclass":
        return logits.copy_(torch.softmax(logits, dim=1))
    raise ValueError(task)

# %% changes-logits.multiclass
# hint: For "multiclass" the logits that were passed in are changed: a method whose name ends in _,
# or an operator such as -=, works in place, and detach() shares the memory.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits)
    if task == "multiclass":
        logits -= logits.max(dim=1, keepdim=True).values
        return torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% changes-logits.binary
# hint: For "binary" the logits that were passed in are changed: a method whose name ends in _ works
# in place, and detach() shares the memory.
def probabilities(task, logits):
    if task == "binary":
        return logits.detach().sigmoid_()
    if task == "multiclass":
        return torch.softmax(logits.detach(), dim=1)
    raise ValueError(task)

# %% unknown-task-accepted
# hint: A task that is neither of the two is treated like one of them, or nothing is returned for
# it. Whoever mistypes the name should be told, by a ValueError.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits)
    return torch.softmax(logits, dim=1)

# %% regression-accepted
# hint: For "regression" something is returned. Its outputs are no logits, and have no
# probabilities: it should be refused like any other task.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits)
    if task == "multiclass":
        return torch.softmax(logits, dim=1)
    if task == "regression":
        return logits
    raise ValueError(task)

# %% another-exception
# hint: A task that is neither of the two ends in an exception, but not in a ValueError.
def probabilities(task, logits):
    functions = {"binary": torch.nn.Sigmoid(), "multiclass": torch.nn.Softmax(dim=1)}
    return functions[task](logits.detach())

# %% leaves-settings-changed.grad-mode
# hint: Gradients are switched off for the whole notebook: nothing that runs afterwards can be
# trained.
def probabilities(task, logits):
    torch.set_grad_enabled(False)
    if task == "binary":
        return torch.sigmoid(logits.detach())
    if task == "multiclass":
        return torch.softmax(logits.detach(), dim=1)
    raise ValueError(f"unknown task {task!r}")

# %% decisions.binary-as
# hint: For "binary" these are decisions and not probabilities: how sure the model is got lost.
# each: KIND = bool | int | long
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return (logits > 0).KIND()
    if task == "multiclass":
        return torch.softmax(logits, dim=1)
    raise ValueError(task)

# %% decisions.multiclass-column
# hint: For "multiclass" only the number of the most probable class is returned. Asked for is the
# probability of every class.
def probabilities(task, logits):
    logits = logits.detach()
    if task == "binary":
        return torch.sigmoid(logits)
    if task == "multiclass":
        return logits.argmax(dim=1, keepdim=True)
    raise ValueError(task)
