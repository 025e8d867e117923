# verdict: right
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    p = next(model.parameters())
    x = p.data.new(x_batch.shape).copy_(x_batch)
    y = torch.as_tensor(y_batch, device=device)
    optimizer.zero_grad()
    e = criterion(model(x), y)
    e.backward()
    optimizer.step()
    return e.item()
