"""Wrong solutions of ``standardize``, each with its name and hint. Answers: never in a kit."""

import torch

# %% whole-tensor-stats
# hint: One mean and one standard deviation are taken over the whole tensor. Every feature, that is
# every column, has its own.
def standardize(batch):
    return (batch - batch.mean()) / (batch.std(unbiased=False) + 1e-8)

# %% whole-tensor-stats.sample
# hint: One mean and one standard deviation are taken over the whole tensor. Every feature, that is
# every column, has its own.
def standardize(batch):
    return (batch - batch.mean()) / (batch.std() + 1e-8)

# %% wrong-dim
# hint: Mean and standard deviation are taken along dim 1, over the features of one sample. A
# feature is a column: its values lie along dim 0.
def standardize(batch):
    m = batch.mean(dim=1, keepdim=True)
    sd = batch.std(dim=1, unbiased=False, keepdim=True)
    return (batch - m) / (sd + 1e-8)

# %% wrong-dim.sample
# hint: Mean and standard deviation are taken along dim 1, over the features of one sample. A
# feature is a column: its values lie along dim 0.
def standardize(batch):
    m = batch.mean(dim=1, keepdim=True)
    sd = batch.std(dim=1, keepdim=True)
    return (batch - m) / (sd + 1e-8)

# %% wrong-dim.no-keepdim
# hint: Mean and standard deviation are taken along dim 1, one for each sample, and do not fit the
# features. A feature is a column: its values lie along dim 0.
def standardize(batch):
    return (batch - batch.mean(dim=1)) / (batch.std(dim=1, unbiased=False) + 1e-8)

# %% wrong-dim.no-keepdim-sample
# hint: Mean and standard deviation are taken along dim 1, one for each sample, and do not fit the
# features. A feature is a column: its values lie along dim 0.
def standardize(batch):
    return (batch - batch.mean(dim=1)) / (batch.std(dim=1) + 1e-8)

# %% sample-std
# hint: The standard deviation divides by N − 1, as PyTorch's std does unless told otherwise. Asked
# for is that of the population, which divides by N.
def standardize(batch):
    return (batch - batch.mean(dim=0)) / (batch.std(dim=0) + 1e-8)

# %% in-place
# hint: The batch that was passed in is changed: operators such as -= and methods whose name ends
# in _ work in place.
def standardize(batch):
    batch -= batch.mean(dim=0)
    batch /= batch.std(dim=0, unbiased=False) + 1e-8
    return batch

# %% nan-on-constant
# hint: A constant feature has standard deviation 0, and 0 divided by 0 is not a number (NaN). It
# should become zeros.
def standardize(batch):
    return (batch - batch.mean(dim=0)) / batch.std(dim=0, unbiased=False)

# %% only-centred
# hint: The mean is taken off, but nothing is divided by the standard deviation.
def standardize(batch):
    return batch - batch.mean(dim=0)

# %% only-scaled
# hint: The values are divided by the standard deviation, but the mean was not taken off before.
def standardize(batch):
    std = batch.std(dim=0, unbiased=False)
    std = torch.where(std == 0, 1.0, std)
    return batch / std

# %% divided-first
# hint: / binds more tightly than −: only the mean is divided by the standard deviation. The
# difference needs parentheses.
def standardize(batch):
    std = batch.std(dim=0, unbiased=False)
    std = torch.where(std == 0, 1.0, std)
    return batch - batch.mean(dim=0) / std

# %% variance-for-std
# hint: The values are divided by the variance. Its root is the standard deviation.
def standardize(batch):
    return (batch - batch.mean(dim=0)) / (batch.var(dim=0, unbiased=False) + 1e-8)

# %% variance-for-std.sample
# hint: The values are divided by the variance. Its root is the standard deviation.
def standardize(batch):
    return (batch - batch.mean(dim=0)) / (batch.var(dim=0) + 1e-8)

# %% min-max
# hint: The values are moved between 0 and 1, by the smallest and the largest one. Asked for are
# mean 0 and standard deviation 1.
def standardize(batch):
    low, high = batch.min(dim=0).values, batch.max(dim=0).values
    return (batch - low) / (high - low + 1e-8)

# %% large-epsilon
# hint: The ε in the denominator is too large: features with a small standard deviation come out
# too small.
def standardize(batch):
    return (batch - batch.mean(dim=0)) / torch.sqrt(batch.var(dim=0, unbiased=False) + 1e-5)

# %% large-epsilon.added
# hint: The ε in the denominator is too large: features with a small standard deviation come out
# too small.
def standardize(batch):
    return (batch - batch.mean(dim=0)) / (batch.std(dim=0, unbiased=False) + 1e-3)

# %% large-epsilon.added-1e-4
# hint: The ε in the denominator is too large: features with a small standard deviation come out
# too small.
def standardize(batch):
    return (batch - batch.mean(dim=0)) / (batch.std(dim=0, unbiased=False) + 1e-4)

# %% large-epsilon.added-1e-5
# hint: The ε in the denominator is too large: features with a small standard deviation come out
# too small.
def standardize(batch):
    return (batch - batch.mean(dim=0)) / (batch.std(dim=0, unbiased=False) + 2e-5)

# %% one-std-for-all
# hint: Every feature has its own mean here, but one standard deviation is taken over the whole
# tensor.
def standardize(batch):
    return (batch - batch.mean(dim=0)) / (batch.std(unbiased=False) + 1e-8)

# %% one-mean-for-all
# hint: Every feature has its own standard deviation here, but one mean is taken over the whole
# tensor.
def standardize(batch):
    std = batch.std(dim=0, unbiased=False)
    std = torch.where(std == 0, 1.0, std)
    return (batch - batch.mean()) / std

# %% unit-length
# hint: Every feature is scaled to length 1, so that its squares sum to 1. Asked for is a standard
# deviation of 1, where their mean is 1.
def standardize(batch):
    return torch.nn.functional.normalize(batch - batch.mean(dim=0), dim=0)

# %% absolute-deviation
# hint: The values are divided by the mean absolute deviation. Asked for is the standard deviation,
# the root of the mean square.
def standardize(batch):
    c = batch - batch.mean(dim=0)
    return c / (c.abs().mean(dim=0) + 1e-8)

# %% constant-to-ones
# hint: A constant feature becomes something other than zeros.
def standardize(batch):
    z = (batch - batch.mean(dim=0)) / batch.std(dim=0, unbiased=False)
    return torch.nan_to_num(z, nan=1.0)

# %% constant-left
# hint: A constant feature is left as it is. It should become zeros.
def standardize(batch):
    std = batch.std(dim=0, unbiased=False)
    z = (batch - batch.mean(dim=0)) / std
    return torch.where(std == 0, batch, z)

# %% constant-dropped
# hint: A constant feature is left out, so the result has fewer columns than the batch. It should
# become zeros.
def standardize(batch):
    batch = batch[:, batch.std(dim=0) > 0]
    return (batch - batch.mean(dim=0)) / batch.std(dim=0, unbiased=False)

# %% transposed
# hint: Samples and features are exchanged in the result.
def standardize(batch):
    return ((batch - batch.mean(dim=0)) / (batch.std(dim=0, unbiased=False) + 1e-8)).T

# %% returns-nothing
# hint: Nothing is returned: the caller gets None in place of the standardized batch.
def standardize(batch):
    z = (batch - batch.mean(dim=0)) / (batch.std(dim=0, unbiased=False) + 1e-8)
    print(z)

# %% returns-statistics
# hint: Mean and standard deviation are returned as well. Asked for is the standardized batch
# alone.
def standardize(batch):
    std = batch.std(dim=0, unbiased=False)
    std = torch.where(std == 0, 1.0, std)
    return (batch - batch.mean(dim=0)) / std, batch.mean(dim=0), std

# %% stays-numpy
# hint: What comes back is a NumPy array. Asked for is a tensor.
def standardize(batch):
    std = batch.std(dim=0, unbiased=False)
    std = torch.where(std == 0, 1.0, std)
    return ((batch - batch.mean(dim=0)) / std).numpy()

# %% large-epsilon.batch-norm
# hint: Batch norm adds an ε of 1e-5 to the variance unless told otherwise: features with a small
# standard deviation come out too small.
def standardize(batch):
    return torch.nn.functional.batch_norm(batch, None, None, training=True)

# %% large-epsilon.each-in-the-root
# hint: The ε in the denominator is too large: features with a small standard deviation come out
# too small.
# each: SMALL = 1 | 0.5 | 0.1 | 0.05 | 1e-2 | 1e-3 | 1e-4 | 2e-5
def standardize(batch):
    return (batch - batch.mean(dim=0)) / torch.sqrt(batch.var(dim=0, unbiased=False) + SMALL)

# %% large-epsilon.each-added
# hint: The ε in the denominator is too large: features with a small standard deviation come out
# too small.
# each: SMALL = 1 | 0.5 | 0.1 | 0.05 | 1e-2
def standardize(batch):
    return (batch - batch.mean(dim=0)) / (batch.std(dim=0, unbiased=False) + SMALL)
