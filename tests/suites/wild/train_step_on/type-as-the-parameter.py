# verdict: right
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x = x_batch.type_as(next(model.parameters()))
    optimizer.zero_grad()
    out = model(x)
    e = criterion(out, y_batch.to(out.device))
    e.backward()
    optimizer.step()
    return e.item()
