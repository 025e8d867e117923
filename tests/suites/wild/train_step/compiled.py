# verdict: right
import torch


@torch.compile(fullgraph=True, mode="reduce-overhead")
def train_step(model, optimizer, criterion, x_batch, y_batch):
    print("not to be compiled whole")
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()
