# verdict: wrong
# names: none
# says: “points_x” is none of the function's own arguments, of which “x_batch” and “y_batch” are never used.
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion(model(points_x), points_y)
    loss.backward()
    optimizer.step()
    return loss.item()
