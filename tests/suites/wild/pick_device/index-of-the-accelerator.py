# verdict: right
def pick_device():
    if torch.accelerator.is_available() and torch.accelerator.current_accelerator().type == "cuda":
        return torch.device(torch.accelerator.current_device_index())
    return torch.device("cpu")
