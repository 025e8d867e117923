# verdict: wrong
# names: leaves-settings-changed
# says: the default dtype
# spares: test_gives_the_derivative test_calls_are_independent test_works_at_any_number
import torch


def dydx(x0):
    torch.set_default_dtype(torch.double)
    x = torch.tensor([float(x0)], requires_grad=True)
    (slope,) = torch.autograd.grad((3 * x + 1).pow(2).sum(), x)
    return float(slope)
