# verdict: wrong
# names: no-graph
# never: Nothing computes
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x_batch, y_batch = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    prediction = model(x_batch).detach()
    loss = criterion(prediction, y_batch)
    loss.requires_grad_()
    loss.backward()
    optimizer.step()
    return loss.item()
