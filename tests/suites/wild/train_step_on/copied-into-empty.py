# verdict: right
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x = torch.empty_like(x_batch, device=device).copy_(x_batch)
    y = torch.empty_like(y_batch, device=device)
    y.copy_(y_batch, non_blocking=True)
    optimizer.zero_grad()
    e = criterion(model(x), y)
    e.backward()
    optimizer.step()
    return e.detach().cpu().numpy().item()
