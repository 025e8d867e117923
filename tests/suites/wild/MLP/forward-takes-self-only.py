# verdict: wrong
# names: none
# says: called with other arguments than it takes
class MLP(nn.Module):
    def __init__(self, a, b, c):
        super().__init__()
        self.f = nn.Sequential(nn.Linear(a, b), nn.ReLU(), nn.Linear(b, c))

    def forward(self):
        return self.f(x)
