# verdict: wrong
# names: none
# says: It is not written yet
def predict(model, x, device):
    pass
