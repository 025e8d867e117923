# verdict: wrong
# names: numpy-of-gpu
# says: the model wants a tensor
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model(x.numpy())
