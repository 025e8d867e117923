# verdict: wrong
# names: no-zero
# says: .zero_grad has no parentheses in line 5 of the cell: “optimizer.zero_grad”
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()
