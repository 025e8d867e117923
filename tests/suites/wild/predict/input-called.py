# verdict: wrong
# names: none
# says: “return model(x(device))”
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model(x(device))
