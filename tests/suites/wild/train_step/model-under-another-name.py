# verdict: wrong
# names: none
# says: “model” is none of the function's own arguments, of which “net” is never used.
def train_step(net, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()
