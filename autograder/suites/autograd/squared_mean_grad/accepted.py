"""Right solutions of ``squared_mean_grad`` in many styles. Answers: never in a kit."""

import torch

# %% clone-and-backward
def squared_mean_grad(values):
    x = values.clone().requires_grad_(True)
    loss = (x**2).mean()
    loss.backward()
    return x, x.grad

# %% detach-shares-memory
def squared_mean_grad(values):
    x = values.detach()
    x.requires_grad = True
    torch.mean(torch.square(x)).backward()
    return x, x.grad

# %% autograd-grad
from torch.autograd import grad

def squared_mean_grad(values):
    x = torch.tensor(values.tolist(), requires_grad=True)
    g, = grad((x * x).mean(), [x])
    return (x, g)

# %% mse-loss
import torch.nn.functional as F

def squared_mean_grad(values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    x = values.detach().clone().requires_grad_()
    F.mse_loss(x, torch.zeros_like(x)).backward()
    return x, x.grad.clone()

# %% sum-over-twelve
def squared_mean_grad(values):
    x = torch.nn.Parameter(values.clone())
    y = x.pow(2).sum() / 12
    y.backward()
    g = x.grad.detach().clone()
    x.grad.zero_()
    return x, g

# %% graph-kept
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    g = torch.autograd.grad(x.square().mean(), x, create_graph=True)[0]
    return x, g

# %% func-grad
def squared_mean_grad(values):
    def f(t):
        return (t**2).mean()
    g = torch.func.grad(f)(values)
    x = values.clone()
    x.requires_grad_()
    return x, g

# %% jacobian-in-forward-mode
def squared_mean_grad(values):
    x = torch.empty_like(values).copy_(values).requires_grad_()
    return x, torch.func.jacfwd(lambda t: t.pow(2).mean())(values.detach())

# %% jacobian-lambda
squared_mean_grad = lambda values: (
    values.clone().requires_grad_(),
    torch.autograd.functional.jacobian(lambda x: (x * x).mean(), values),
)

# %% flattened-on-the-way
def squared_mean_grad(values):
    x = values.new_tensor(values.numpy(), requires_grad=True)
    flat = x.reshape(-1)
    total = torch.dot(flat, flat) / flat.numel()
    torch.autograd.backward([total])
    print(x.grad)
    return x, x.grad

# %% norm-squared
@torch.enable_grad()
def squared_mean_grad(values):
    x = torch.autograd.Variable(values.data.clone(), requires_grad=True)
    ((x.norm() ** 2) / x.numel()).backward(retain_graph=True)
    return x, x.grad.data
