# verdict: right
def pick_device():
    if torch.cuda.is_available():
        return torch.device(0)
    return torch.device("cpu")
