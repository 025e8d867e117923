# verdict: wrong
# names: none
# says: A matrix product
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.a = nn.Linear(in_features, hidden)
        self.b = nn.Linear(hidden, out_features)

    def forward(self, x):
        h = F.relu(self.a(x))
        return self.b(x)
