# verdict: wrong
# names: none
# says: Something is None
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    z = x * 1
    y = (3 * z + 1) ** 2
    y.backward()
    return z.grad.item()
