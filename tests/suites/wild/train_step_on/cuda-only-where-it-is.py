# verdict: right
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    if torch.cuda.is_available() and torch.device(device).type == "cuda":
        x, y = x_batch.cuda(device), y_batch.cuda(device)
    else:
        x, y = x_batch.to(device), y_batch.to(device)
    optimizer.zero_grad()
    e = criterion(model(x), y)
    e.backward()
    optimizer.step()
    return e.item()
