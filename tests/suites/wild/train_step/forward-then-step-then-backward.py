# verdict: wrong
# names: step-before-backward
def train_step(model, optimizer, criterion, x_batch, y_batch):
    optimizer.zero_grad()
    loss = criterion.forward(model.forward(x_batch), y_batch)
    optimizer.step()
    loss.backward()
    return loss.item()
