# verdict: wrong
# names: step-every-few
def fix_accumulation(model, optimizer, criterion, batches):
    out = []
    optimizer.zero_grad()
    for i, (x, y) in enumerate(batches, 1):
        e = criterion(model(x), y)
        e.backward()
        out.append(e.item())
        if i % 3 == 0:
            optimizer.step()
            optimizer.zero_grad()
    return out
