# verdict: wrong
# names: none
# never: The model gets the targets
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(y_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()
