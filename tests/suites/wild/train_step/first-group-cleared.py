# verdict: wrong
# names: partial-zero
# says: first of the optimizer
def train_step(model, optimizer, criterion, x_batch, y_batch):
    for group in optimizer.param_groups[:1]:
        for p in group["params"]:
            if p.grad is not None:
                p.grad.zero_()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return float(loss.detach())
