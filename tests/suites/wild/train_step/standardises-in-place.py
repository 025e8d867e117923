# verdict: wrong
# names: mutates-batch
def train_step(model, optimizer, criterion, x_batch, y_batch):
    x_batch -= x_batch.mean(dim=0)
    x_batch /= x_batch.std(dim=0) + 1e-8
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()
