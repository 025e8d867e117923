# verdict: wrong
# names: none
# says: An optimizer was called as if it were a function
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer()
    return loss.item()
