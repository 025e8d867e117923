# verdict: wrong
# names: fixed-sizes
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.a = nn.Linear(in_features, hidden)
        self.b = nn.Linear(hidden, 2)

    def forward(self, x):
        return self.b(F.relu(self.a(x)))
