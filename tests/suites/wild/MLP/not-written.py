# verdict: wrong
# names: none
# says: It is not written yet
class MLP(nn.Module):
    pass
