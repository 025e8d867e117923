# verdict: wrong
# names: none
# says: Something is None
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = (3 * x + 1) ** 2
    y.backward()
    return y.grad.item()
