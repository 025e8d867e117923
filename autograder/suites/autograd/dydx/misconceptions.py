"""Wrong solutions of ``dydx``, each with its name and hint. Answers: never in a kit."""

import torch

# %% missing-inner-derivative
# hint: This is the derivative of the square alone, 2(3x + 1). The chain rule multiplies it with
# the derivative of what stands inside, 3x + 1.
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    u = 3 * x + 1
    y = u**2
    return torch.autograd.grad(y, u)[0].item()

# %% shared-leaf
# hint: One tensor x is used for every call, and backward() adds to its .grad. Whatever earlier
# calls put there is still there.
x = torch.tensor(0.0, requires_grad=True)

def dydx(x0):
    x.data.fill_(x0)
    y = (3 * x + 1) ** 2
    y.backward()
    return x.grad.item()

# %% returns-tensor
# hint: It comes back as a tensor. Asked for is the number in it, as a Python float.
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = (3 * x + 1) ** 2
    y.backward()
    return x.grad

# %% returns-tuple
# hint: torch.autograd.grad gives a tuple, with one derivative for each input. The tuple itself is
# returned, not the number in it.
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = (3 * x + 1) ** 2
    return torch.autograd.grad(y, x)

# %% computed-by-hand
# hint: The numbers come from a formula or from differences, and no automatic derivative of
# PyTorch was used. That is what this exercise practises.
def dydx(x0):
    return 6.0 * (3.0 * x0 + 1.0)

# %% returns-y
# hint: This is y itself, the value of the function at x0. Asked for is its derivative there.
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = (3 * x + 1) ** 2
    y.backward()
    return y.item()

# %% returns-nothing
# hint: Nothing is returned: the caller gets None. backward() has no result of its own, and printing
# a number does not return it.
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = (3 * x + 1) ** 2
    y.backward()
    print(x.grad.item())

# %% ignores-x0
# hint: The derivative is taken at 2 whatever x0 is. The number that is passed in is not used.
def dydx(x0):
    x = torch.tensor(2.0, requires_grad=True)
    y = (3 * x + 1) ** 2
    y.backward()
    return x.grad.item()

# %% refuses-int
# hint: Only floating-point tensors have gradients. torch.tensor makes an integer tensor of a Python
# int, and that cannot require grad.
def dydx(x0):
    x = torch.tensor(x0, requires_grad=True)
    y = (3 * x + 1) ** 2
    y.backward()
    return x.grad.item()

# %% refuses-int.switched-on-later
# hint: Only floating-point tensors have gradients. torch.tensor makes an integer tensor of a Python
# int, and that cannot require grad.
def dydx(x0):
    x = torch.tensor(x0)
    x.requires_grad_()
    y = (3 * x + 1) ** 2
    y.backward()
    return x.grad.item()

# %% double-backward
# hint: backward() runs twice in one call, and its results add up: this is twice the derivative.
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = (3 * x + 1) ** 2
    y.backward(retain_graph=True)
    y.backward()
    return x.grad.item()

# %% squares-only-the-one
# hint: ** binds more tightly than +. In 3 * x + 1 ** 2 only the 1 is squared; the sum needs
# parentheses.
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = 3 * x + 1**2
    y.backward()
    return x.grad.item()

# %% one-outside-the-square
# hint: This is the derivative of (3x)² + 1. In the task the 1 is added before squaring.
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = (3 * x) ** 2 + 1
    y.backward()
    return x.grad.item()

# %% squares-only-x
# hint: This is the derivative of 3x² + 1. In the task all of 3x + 1 is squared.
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = 3 * x**2 + 1
    y.backward()
    return x.grad.item()

# %% not-recorded
# hint: x does not require grad, or its history was cut on the way, so PyTorch wrote nothing down
# and has no derivative to take.
def dydx(x0):
    x = torch.tensor(float(x0))
    y = (3 * x + 1) ** 2
    y.backward()
    return x.grad.item()

# %% takes-the-result-of-backward
# hint: backward() returns nothing. It puts the derivative into x.grad, and that is where to look.
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = (3 * x + 1) ** 2
    return y.backward().item()

# %% no-backward
# hint: backward() is never called, so nothing computes the derivative, and x.grad is still None.
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = (3 * x + 1) ** 2
    return x.grad.item()

# %% second-derivative
# hint: The derivative is taken twice. The second derivative of a square is the same everywhere, 18
# here; asked for is the first.
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = (3 * x + 1) ** 2
    (first,) = torch.autograd.grad(y, x, create_graph=True)
    (second,) = torch.autograd.grad(first, x)
    return second.item()

# %% truncated
# hint: The result is turned into an int, and whatever stands after the decimal point is lost.
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = (3 * x + 1) ** 2
    y.backward()
    return int(x.grad)

# %% truncates-x0
# hint: x0 is turned into an integer first, so the derivative is taken at another number.
def dydx(x0):
    x = torch.tensor(float(int(x0)), requires_grad=True)
    y = (3 * x + 1) ** 2
    y.backward()
    return x.grad.item()

# %% leaves-settings-changed.default-dtype
# hint: The default dtype is changed for the whole notebook: every tensor that is made afterwards
# has it.
def dydx(x0):
    torch.set_default_dtype(torch.float64)
    x = torch.tensor(float(x0), requires_grad=True)
    y = (3 * x + 1) ** 2
    y.backward()
    return x.grad.item()
