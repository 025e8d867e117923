# verdict: wrong
# names: loss-on-the-cpu
def fix_device_mix(model, x, y, device):
    out = model(x.to(device)).type(torch.FloatTensor)
    return torch.nn.functional.mse_loss(out, y)
