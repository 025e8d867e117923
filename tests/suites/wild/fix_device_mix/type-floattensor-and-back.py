# verdict: right
def fix_device_mix(model, x, y, device):
    out = model(x.pin_memory().to(device, non_blocking=True)).type(torch.FloatTensor)
    return torch.nn.functional.mse_loss(out, y).type(next(model.parameters()).type())
