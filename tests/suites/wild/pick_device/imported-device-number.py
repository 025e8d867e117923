# verdict: right
from torch import device
def pick_device():
    return device(0) if torch.cuda.is_available() else device("cpu")
