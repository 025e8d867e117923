# verdict: wrong
# names: none
# says: “return y()”
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        y = model(x.to(device))
    return y()
