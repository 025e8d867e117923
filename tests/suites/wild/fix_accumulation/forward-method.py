# verdict: right
def fix_accumulation(model, optimizer, criterion, batches):
    out = []
    for x, y in batches:
        optimizer.zero_grad()
        e = criterion.forward(model.forward(x), y)
        e.backward()
        optimizer.step()
        out.append(e.item())
    return out
