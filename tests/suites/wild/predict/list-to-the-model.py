# verdict: wrong
# names: none
# says: wants a tensor and got something else
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model(x.tolist())
