# verdict: right
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    out = model(x_batch.to(device)).type(torch.FloatTensor)
    e = criterion(out, y_batch.cpu())
    e.backward()
    optimizer.step()
    return e.item()
