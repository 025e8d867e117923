# verdict: right
def predict(model, x, device):
    model = model.to(device)
    with torch.no_grad():
        return model(x.type(next(model.parameters()).type()))
