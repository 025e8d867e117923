# verdict: wrong
# names: hard-coded-cuda
# says: .is_available has no parentheses
def pick_device():
    return torch.device("cuda" if torch.cuda.is_available else "cpu")
