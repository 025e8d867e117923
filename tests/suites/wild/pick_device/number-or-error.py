# verdict: right
def pick_device():
    try:
        d = torch.device(0)
    except RuntimeError:
        return torch.device("cpu")
    return d if d.type == "cuda" else torch.device("cpu")
