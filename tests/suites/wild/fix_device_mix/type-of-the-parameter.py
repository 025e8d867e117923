# verdict: right
def fix_device_mix(model, x, y, device):
    kind = next(model.parameters()).type()
    return torch.nn.functional.mse_loss(model(x.type(kind)), y.type(kind))
