# verdict: wrong
# names: takes-the-result-of-backward
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = (3 * x + 1) ** 2
    g = y.backward()
    return g.item()
