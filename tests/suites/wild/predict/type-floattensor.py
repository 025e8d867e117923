# verdict: wrong
# names: moved-back-to-cpu
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model(x.to(device)).type(torch.FloatTensor)
