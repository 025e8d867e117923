# verdict: wrong
# names: none leaves-settings-changed
# says: the number of threads
# spares: test_updates_parameters test_lets_the_given_optimizer_do_its_work test_returns_each_loss
import torch


def train_step(model, optimizer, criterion, x_batch, y_batch):
    torch.set_num_threads(4)
    optimizer.zero_grad()
    loss = criterion(model(x_batch), y_batch)
    loss.backward()
    optimizer.step()
    return loss.item()
