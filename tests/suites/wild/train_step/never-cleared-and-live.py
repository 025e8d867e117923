# verdict: wrong
# names: no-zero
# says: live-return
def train_step(model, optimizer, criterion, x_batch, y_batch):
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss
