"""Right solutions of ``dydx`` in many styles. Answers: never in a kit."""

import torch

# %% backward
def dydx(x0: float) -> float:
    x = torch.tensor(float(x0), requires_grad=True)
    y = (3 * x + 1) ** 2
    y.backward()
    return x.grad.item()

# %% autograd-grad
from torch.autograd import grad

def dydx(x0):
    x = torch.tensor([x0], dtype=torch.float32, requires_grad=True)
    u = 3 * x + 1
    (g,) = grad(u * u, x)
    return float(g)

# %% functional-jacobian
def dydx(x0):
    return torch.autograd.functional.jacobian(
        lambda x: (3 * x + 1).pow(2), torch.as_tensor(x0, dtype=torch.get_default_dtype())
    ).item()

# %% func-grad
_derivative = torch.func.grad(lambda x: torch.square(3 * x + 1))

dydx = lambda x0: _derivative(torch.tensor(x0 * 1.0)).item()

# %% double-precision
def dydx(x0):
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    y = 9 * x**2 + 6 * x + 1
    torch.autograd.backward(y)
    return x.grad.tolist()

# %% forward-mode
import torch.autograd.forward_ad as forward_ad

def dydx(x0):
    with forward_ad.dual_level():
        x = forward_ad.make_dual(torch.tensor(float(x0)), torch.tensor(1.0))
        return forward_ad.unpack_dual((3 * x + 1) ** 2).tangent.item()

# %% shared-leaf-cleared
_x = torch.zeros(1, requires_grad=True)

def dydx(x0):
    with torch.no_grad():
        _x.fill_(x0)
    _x.grad = None
    ((3 * _x + 1) ** 2).sum().backward()
    return _x.grad[0].item()

# %% module-with-parameter
from torch import nn

class Square(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.x = nn.Parameter(torch.tensor(float(start)))

    def forward(self):
        return (3 * self.x + 1) ** 2

@torch.enable_grad()
def dydx(x0: float) -> float:
    square = Square(x0)
    loss = square()
    loss.backward()
    print("dy/dx =", square.x.grad)
    return square.x.grad.detach().numpy().item()

# %% jvp
def dydx(x0):
    x = torch.tensor(float(x0))
    _, slope = torch.func.jvp(lambda t: (3 * t + 1) ** 2, (x,), (torch.ones_like(x),))
    return slope.item()
