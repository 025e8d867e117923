# verdict: wrong
# names: none
# says: A layer itself was used where its result is needed
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.a = nn.Linear(in_features, hidden)
        self.b = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.b(F.relu(self.a))
