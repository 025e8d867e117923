# verdict: right
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    weight = next(model.parameters())
    x_batch = x_batch.type(weight.type())
    y_batch = y_batch.to(weight.device)
    optimizer.zero_grad()
    e = criterion.forward(model.forward(x_batch), y_batch)
    e.backward()
    type(optimizer).step(optimizer)
    return float(e)
