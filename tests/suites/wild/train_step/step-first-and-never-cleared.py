# verdict: wrong
# names: step-before-backward no-zero
def train_step(model, optimizer, criterion, x_batch, y_batch):
    loss = criterion(model(x_batch), y_batch)
    optimizer.step()
    loss.backward()
    return loss.item()
