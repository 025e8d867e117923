# verdict: right
def pick_device():
    return torch.device(torch.cuda.current_device()) if torch.cuda.is_available() else torch.device("cpu")
