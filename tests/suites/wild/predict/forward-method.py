# verdict: right
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model.forward(x.to(device))
