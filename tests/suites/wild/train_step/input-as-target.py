# verdict: wrong
# names: input-as-target
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), x_batch)
    loss.backward()
    optimizer.step()
    return loss.item()
