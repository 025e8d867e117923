# verdict: wrong
# names: activation-before-criterion
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(F.relu(model(x_batch)), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()
