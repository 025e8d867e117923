# verdict: right
def fix_double_sigmoid(model, x, y):
    logits = model.forward(x)
    return nn.BCEWithLogitsLoss().forward(logits, y)
