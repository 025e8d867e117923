# verdict: wrong
# names: none
# says: line 5 of the cell: “return y.grad.item()”
def dydx(x0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = (3 * x + 1) ** 2
    y.backward()
    return y.grad.item()
