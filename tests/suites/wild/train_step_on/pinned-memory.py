# verdict: right
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    if x_batch.device.type == "cpu":
        x_batch = x_batch.pin_memory()
    if y_batch.is_cpu:
        y_batch = y_batch.pin_memory()
    x = x_batch.to(device, non_blocking=True)
    y = y_batch.to(device, non_blocking=True)
    optimizer.zero_grad()
    e = criterion(model(x), y)
    e.backward()
    optimizer.step()
    return e.item()
