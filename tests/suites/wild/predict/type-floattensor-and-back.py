# verdict: right
def predict(model, x, device):
    model.to(device)
    out = model(x.to(device)).type(torch.FloatTensor).detach()
    return out.to(device)
