# verdict: wrong
# names: none
# says: A layer itself was used where its result is needed
class MLP(nn.Module):
    def __init__(self, a, b, c):
        super().__init__()
        self.a, self.r, self.b = nn.Linear(a, b), nn.ReLU(), nn.Linear(b, c)

    def forward(self, x):
        h = self.a(x)
        return self.b(self.r)
