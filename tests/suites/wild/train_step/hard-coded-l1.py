# verdict: wrong
# names: hard-coded-loss
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = F.l1_loss(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()
