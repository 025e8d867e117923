# verdict: wrong
# names: mutates-batch
# spares: test_updates_parameters test_returns_the_loss
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    x_batch.zero_()
    return loss.item()
