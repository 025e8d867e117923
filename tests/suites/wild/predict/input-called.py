# verdict: wrong
# names: none
# says: Something that is not a function was called
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model(x(device))
