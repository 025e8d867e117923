# verdict: right
def train_step(model, optimizer, criterion, x_batch, y_batch):
    nn.Module.zero_grad(model)
    loss = criterion.forward(model.forward(x_batch), y_batch)
    torch.autograd.backward([loss])
    type(optimizer).step(optimizer)
    return loss.item()
