# verdict: wrong
# names: other-device
def pick_device():
    return torch.accelerator.current_accelerator() if torch.accelerator.is_available() else torch.device("cpu")
