# verdict: wrong
# names: none hard-coded-cuda
# says: A device was asked for that this machine does not have
def train_step_on(device, model, optimizer, criterion, x_batch, y_batch):
    x = x_batch.type(torch.cuda.FloatTensor)
    y = y_batch.cuda()
    optimizer.zero_grad()
    e = criterion(model(x), y)
    e.backward()
    optimizer.step()
    return e.item()
