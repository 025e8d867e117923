# verdict: wrong
# names: no-graph
def fix_accumulation(model, optimizer, criterion, batches):
    losses = []
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(model(x), y).detach().requires_grad_()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
