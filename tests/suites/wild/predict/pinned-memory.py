# verdict: right
@torch.no_grad()
def predict(model, x, device):
    model.to(device)
    return model(torch.clone(x.cpu()).pin_memory().to(device, non_blocking=True))
