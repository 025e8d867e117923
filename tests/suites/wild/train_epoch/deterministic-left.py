# verdict: wrong
# names: leaves-settings-changed
# says: deterministic mode
# spares: test_updates_on_every_batch test_lets_the_given_optimizer_do_its_work
import random

import numpy as np
import torch


def train_epoch(model, loader, criterion, optimizer, device):
    random.seed(0)
    np.random.seed(0)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.benchmark = False
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        count += len(y)
    return total / count
