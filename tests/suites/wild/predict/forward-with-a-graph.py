# verdict: wrong
# names: returns-graph
def predict(model, x, device):
    model.to(device)
    return model.forward(x.to(device))
