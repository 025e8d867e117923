# verdict: wrong
# names: no-graph
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    with torch.no_grad():
        prediction = model(x_batch)
    loss = criterion(prediction.requires_grad_(), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()
