# verdict: wrong
# names: hard-coded-cuda
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x, y = x_batch.cuda(0), y_batch.cuda(0)
    optimizer.zero_grad()
    e = criterion(model(x), y)
    e.backward()
    optimizer.step()
    return e.item()
