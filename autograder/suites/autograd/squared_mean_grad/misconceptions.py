"""Wrong solutions of ``squared_mean_grad``, each with its name and hint. Never in a kit."""

import torch

# %% sum-for-mean
# hint: This gradient is 12 times too large: it is that of the sum of the squares. The mean divides
# by the number of values. (Calling backward with a tensor of ones sums up as well.)
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    (x**2).sum().backward()
    return x, x.grad

# %% square-of-mean
# hint: The mean is squared here. Its gradient is the same for every value; asked for is the mean
# of the squares.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    (x.mean() ** 2).backward()
    return x, x.grad

# %% non-leaf
# hint: x is the result of a recorded calculation, so it is not a leaf, and backward() fills .grad
# of leaves only. Its .grad is None.
def squared_mean_grad(values):
    x = values.detach().requires_grad_().clone()
    (x**2).mean().backward()
    return x, x.grad

# %% non-leaf-retained
# hint: x is the result of a recorded calculation and not a leaf: retain_grad() kept its .grad all
# the same. An optimizer would refuse such an x.
def squared_mean_grad(values):
    x = values.detach().requires_grad_().clone()
    x.retain_grad()
    (x**2).mean().backward()
    return x, x.grad

# %% accumulated
# hint: This is twice the gradient. backward() adds to .grad, and here it runs two times.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    loss = (x**2).mean()
    loss.backward(retain_graph=True)
    loss.backward()
    return x, x.grad

# %% returns-loss
# hint: In the place of the gradient stands the loss, the mean of the squares itself.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    loss = (x**2).mean()
    loss.backward()
    return x, loss

# %% marks-values
# hint: The tensor that was passed in is switched to requires_grad and returned as x. Its owner
# will notice, and a second call with it adds to the .grad of the first.
def squared_mean_grad(values):
    x = values.requires_grad_()
    (x**2).mean().backward()
    return x, x.grad

# %% leaves-flag-on
# hint: The tensor that was passed in has been switched to requires_grad on the way, and its owner
# will notice.
def squared_mean_grad(values):
    values.requires_grad_()
    g, = torch.autograd.grad((values**2).mean(), values)
    x = values.detach().clone().requires_grad_()
    return x, g

# %% swapped-pair
# hint: The two are swapped: x comes first, then its gradient.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    (x**2).mean().backward()
    return x.grad, x

# %% gradient-alone
# hint: Only the gradient is returned. Asked for is the pair of x and its gradient.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    (x**2).mean().backward()
    return x.grad

# %% returns-nothing
# hint: Nothing is returned: the caller gets None in place of x and its gradient.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    (x**2).mean().backward()
    print(x, x.grad)

# %% x-without-grad
# hint: The returned x does not require grad: it is values again, or a detached copy.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    (x**2).mean().backward()
    return x.detach(), x.grad

# %% computed-by-hand
# hint: The numbers come from a formula, and no automatic derivative of PyTorch was used. That is
# what this exercise practises.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    return x, 2 * values / 12

# %% mean-per-column
# hint: The mean is taken over one axis only, and then summed up or averaged differently. Asked for
# is the mean over all 12 values.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    (x**2).mean(dim=0).sum().backward()
    return x, x.grad

# %% mean-per-row
# hint: The mean is taken over each row, and the rows are summed up. Asked for is the mean over all
# 12 values.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    (x**2).mean(dim=1).sum().backward()
    return x, x.grad

# %% mean-without-square
# hint: This is the gradient of the mean of x itself, 1/12 everywhere: the squares are missing.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    x.mean().backward()
    return x, x.grad

# %% root-mean-square
# hint: A square root was taken: this is the gradient of the root of the mean square.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    (x**2).mean().sqrt().backward()
    return x, x.grad

# %% no-backward
# hint: backward() is never called, so nothing computes the gradient, and x.grad is still None.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    loss = (x**2).mean()
    return x, x.grad

# %% not-recorded
# hint: x does not require grad, or its history was cut on the way, so PyTorch wrote nothing down
# and has no derivative to take.
def squared_mean_grad(values):
    x = values.clone()
    (x**2).mean().backward()
    return x, x.grad

# %% backward-on-a-tensor
# hint: backward() starts from one number. Here it starts from several: the mean of all squares was
# not taken.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    (x**2).backward()
    return x, x.grad

# %% returns-squares
# hint: In the place of the gradient stand the squares themselves.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    squares = x**2
    squares.mean().backward()
    return x, squares

# %% zeroed-before-return
# hint: The gradient is cleared before it is returned. .grad is one tensor: zero_() changes it for
# everybody who holds it.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    (x**2).mean().backward()
    g = x.grad
    x.grad.zero_()
    return x, g

# %% changes-values
# hint: The tensor that was passed in is changed: it is squared in place, or filled with something
# else.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    (x**2).mean().backward()
    values.pow_(2)
    return x, x.grad

# %% gradient-in-a-tuple
# hint: torch.autograd.grad gives a tuple, with one gradient for each input. The whole tuple stands
# where the gradient itself is expected.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    return x, torch.autograd.grad((x**2).mean(), x)

# %% double-precision
# hint: x is in double precision (float64), and so it is not what values is, float32.
def squared_mean_grad(values):
    x = values.double().requires_grad_()
    (x**2).mean().backward()
    return x, x.grad

# %% takes-the-result-of-backward
# hint: backward() returns nothing. It puts the gradient into x.grad, and that is where to look.
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    g = (x**2).mean().backward()
    return x, g
