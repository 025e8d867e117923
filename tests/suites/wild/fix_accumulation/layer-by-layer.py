# verdict: right
def fix_accumulation(model, optimizer, criterion, batches):
    out = []
    for x, y in batches:
        optimizer.zero_grad()
        for layer in model.children():
            x = layer.forward(x)
        e = criterion(x, y)
        e.backward()
        type(optimizer).step(optimizer)
        out.append(float(e))
    return out
