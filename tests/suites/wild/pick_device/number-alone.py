# verdict: wrong
# names: none
def pick_device():
    return 0 if torch.cuda.is_available() else torch.device("cpu")
