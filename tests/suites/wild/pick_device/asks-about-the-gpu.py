# verdict: right
def pick_device():
    if torch.cuda.is_available():
        torch.cuda.set_device(0)
        print(torch.cuda.get_device_properties(0))
        print(torch.cuda.get_device_name(), torch.cuda.get_device_capability(), torch.cuda.mem_get_info())
        return torch.device("cuda", torch.cuda.current_device())
    return torch.device("cpu")
