"""Wrong solutions of ``fit``, each with its name and hint. Answers: never in a kit.

The file is long because each stands whole, as a student would type it: a form can then be read,
run and corrected by itself. The part after the dot of an id says which form of the mistake it is.
"""

import torch
from torch import nn

# %% stuck-eval
# hint: The model is put into training mode before the first epoch only. The evaluation puts it
# into evaluation mode, and the second epoch trains in that mode.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    model.train()
    for epoch in range(epochs):
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% stuck-eval.never
# hint: The model is never put into training mode. If it arrives in evaluation mode, or after an
# evaluation, dropout stays off and batch norm keeps its old statistics.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% left-in-eval
# hint: Training takes place in evaluation mode, in which dropout is off and batch norm uses its
# running statistics.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.eval()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% optimizer-per-epoch
# hint: A new optimizer is made in every epoch. What the given one remembers, such as momentum, is
# lost.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% optimizer-per-epoch.like-the-given
# hint: A new optimizer is made in every epoch. What the given one remembers, such as momentum, is
# lost.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        optimizer = type(optimizer)(optimizer.param_groups, **optimizer.defaults)
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% new-optimizer-inside
# hint: The given optimizer is not used: another one is made inside the function.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    optimizer = torch.optim.Adam(model.parameters())
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% new-optimizer-inside.sgd
# hint: The given optimizer is not used: another one is made inside the function.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% one-epoch-short
# hint: There is one epoch less than asked for.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(1, epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% one-epoch-long
# hint: There is one epoch more than asked for.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs + 1):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% return-in-loop
# hint: There is only one epoch, whatever number is asked for: return stands inside the loop.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
        return history

# %% evaluates-on-train
# hint: The validation is done on the training batches. What the model makes of data that it has
# not seen is not measured.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in train_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% trains-on-validation
# hint: Training goes through the validation batches. These are to be kept apart, to measure what
# the model makes of data it has not seen.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in val_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% validates-in-train-mode
# hint: The validation batches are looked at in training mode, in which dropout is at work and
# batch norm uses, and changes, the batch's own statistics.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% no-no-grad
# hint: A graph is recorded for the validation batches, which nobody will ever go backward through.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        for x, y in val_loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            total += criterion(logits, y).item() * len(x)
            right += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% batch-mean
# hint: The batches' means are averaged as if all batches had the same size. The samples of a
# shorter last batch then count more than the others: weight each mean by its number of samples.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
            count += 1
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item()
                right += (logits.argmax(dim=1) == y).float().mean().item()
                count += 1
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% batch-mean.training
# hint: The batches' means are averaged as if all batches had the same size. The samples of a
# shorter last batch then count more than the others: weight each mean by its number of samples.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
            count += 1
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% batch-mean.validation
# hint: The batches' means are averaged as if all batches had the same size. The samples of a
# shorter last batch then count more than the others: weight each mean by its number of samples.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item()
                right += (logits.argmax(dim=1) == y).float().mean().item()
                count += 1
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% batch-mean.validation-loss
# hint: The batches' means are averaged as if all batches had the same size. The samples of a
# shorter last batch then count more than the others: weight each mean by its number of samples.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count, batches = 0.0, 0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item()
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
                batches += 1
        history["val_loss"].append(total / batches)
        history["val_accuracy"].append(right / count)
    return history

# %% batch-mean.both-losses
# hint: The batches' means are averaged as if all batches had the same size. The samples of a
# shorter last batch then count more than the others: weight each mean by its number of samples.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
            count += 1
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count, batches = 0.0, 0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item()
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
                batches += 1
        history["val_loss"].append(total / batches)
        history["val_accuracy"].append(right / count)
    return history

# %% batch-mean.validation-accuracy
# hint: The batches' means are averaged as if all batches had the same size. The samples of a
# shorter last batch then count more than the others: weight each mean by its number of samples.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count, batches = 0.0, 0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).float().mean().item()
                count += len(x)
                batches += 1
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / batches)
    return history

# %% shared-list
# hint: One and the same list stands under several keys, so that every value is in all of them.
# Each key needs a list of its own.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    values = []
    history = {"train_loss": values, "val_loss": values, "val_accuracy": values}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% shared-list.from-keys
# hint: One and the same list stands under several keys, so that every value is in all of them.
# Each key needs a list of its own.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = dict.fromkeys(["train_loss", "val_loss"], [])
    history["val_accuracy"] = []
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% history-persists
# hint: The lists are made once and kept from call to call, so that a second call returns the
# values of the first one as well. Make them inside the function.
HISTORY = {"train_loss": [], "val_loss": [], "val_accuracy": []}

def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = HISTORY
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% history-persists.after-other-calls
# hint: The lists are made once and kept from call to call, so that a second call returns the
# values of the first one as well. Make them inside the function.
HISTORY = {"train_loss": [1.0], "val_loss": [1.0], "val_accuracy": [0.5]}

def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = HISTORY
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% entry-before-training
# hint: A list begins with a value from before the first epoch. Asked for is one value for each epoch,
# and no more.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    loss, accuracy = evaluate(model, val_loader, criterion, device)
    history["val_loss"].append(loss)
    history["val_accuracy"].append(accuracy)
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% entry-before-training.made-up
# hint: A list begins with a value from before the first epoch. Asked for is one value for each epoch,
# and no more.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [0.0], "val_loss": [0.0], "val_accuracy": [0.0]}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% last-epoch-only
# hint: The lists are made anew in every epoch: only the last epoch's values are left in the end.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    for epoch in range(epochs):
        history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% numbers-not-lists
# hint: The values are kept as bare numbers, each in place of the one before. Asked for is a list
# with one value an epoch.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"] = total / count
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"] = total / count
        history["val_accuracy"] = right / count
    return history

# %% validates-first
# hint: Each epoch is evaluated before it is trained. The validation values of an epoch are those
# after its training.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
    return history

# %% validates-once
# hint: The evaluation comes once, after the last epoch. Asked for are its values after every
# epoch.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
    model.eval()
    total, right, count = 0.0, 0, 0
    with torch.no_grad():
        for x, y in val_loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            total += criterion(logits, y).item() * len(x)
            right += (logits.argmax(dim=1) == y).sum().item()
            count += len(x)
    history["val_loss"].append(total / count)
    history["val_accuracy"].append(right / count)
    return history

# %% no-zero
# hint: backward() adds to .grad, and nothing ever clears it. Whatever earlier batches left there
# becomes part of every later update.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% partial-zero
# hint: Only the first of the optimizer's parameter groups has its gradients cleared. What the others
# hold from before is still there and becomes part of the update.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            for p in optimizer.param_groups[0]["params"]:
                p.grad = None
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% zero-per-epoch
# hint: The gradients are cleared once an epoch, but backward() adds to them in every batch. From
# the second batch on, updates repeat the gradients of the batches before.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        optimizer.zero_grad()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% zero-only-at-end
# hint: Gradients are cleared only after a step. That helps the next batch, but whatever was in
# .grad on entry becomes part of the first update.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% zero-between-backward-and-step
# hint: The gradients are cleared after backward() has computed them, so step() finds nothing to
# use. Clear them before backward().
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.zero_grad()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% no-backward
# hint: Nothing computes the gradients, so step() has nothing to go by.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% no-step
# hint: The gradients are computed, but nobody uses them: the parameters never move.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% step-before-backward
# hint: step() runs before backward() has computed this batch's gradients, so it has none to use.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            optimizer.step()
            loss.backward()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% step-outside-loop
# hint: step() stands after the loop over the batches, so a whole epoch is one single update,
# whatever the number of batches.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            total += loss.item() * len(x)
            count += len(x)
        optimizer.step()
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% double-step
# hint: Every batch takes two optimizer steps on the same gradient. One batch is one update.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% trains-in-eval
# hint: The evaluation trains as well: it goes backward and takes a step on the validation batches.
# It is only to look.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        if True:
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                loss = criterion(logits, y)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                total += loss.item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% global-grad-off
# hint: Recording of gradients is switched off for the evaluation and never switched on again: the
# next epoch gets no gradients.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        torch.set_grad_enabled(False)
        if True:
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% freezes-parameters
# hint: The parameters' requires_grad is switched off for the evaluation and never switched on
# again: the next epoch gets no gradients.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        model.requires_grad_(False)
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% batch-not-moved
# hint: Not all batches are moved to the device. .to(device) returns the moved tensor; unless that
# is what the model and the criterion get, the batch stays where it was.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% batch-not-moved.validation
# hint: Not all batches are moved to the device. .to(device) returns the moved tensor; unless that
# is what the model and the criterion get, the batch stays where it was.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% skips-last-batch
# hint: The last training batch is always left out. It makes an update like all others.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in list(train_loader)[:-1]:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% skips-last-batch.shorter
# hint: The last training batch is left out where it is shorter than the others. It makes an update
# like all others.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        size = None
        for x, y in train_loader:
            size = size or len(x)
            if len(x) < size:
                continue
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% first-batch-only
# hint: The validation loop ends after its first batch. All validation samples count.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
                break
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% first-batch-only.training
# hint: The training loop ends after its first batch: the other batches make no update.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
            break
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% hard-coded-loss
# hint: The given criterion is not used: a loss is written into the function. Whoever calls it may
# want another one.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += nn.functional.cross_entropy(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% hard-coded-loss.training
# hint: The given criterion is not used: a loss is written into the function. Whoever calls it may
# want another one.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% hard-coded-loss.validation
# hint: The given criterion is not used: a loss is written into the function. Whoever calls it may
# want another one.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += nn.functional.cross_entropy(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% last-loss-returned
# hint: train_loss holds the last batch's loss. Asked for is the mean over the whole epoch.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(loss.item())
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% last-batch-only
# hint: The validation values are those of the last batch alone. Asked for are means over all
# validation samples.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total = criterion(logits, y).item() * len(x)
                right = (logits.argmax(dim=1) == y).sum().item()
                count = len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% last-batch-only.loss
# hint: val_loss is that of the last batch alone. Asked for is the mean over all validation
# samples.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                mean = criterion(logits, y).item()
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(mean)
        history["val_accuracy"].append(right / count)
    return history

# %% loss-after-step
# hint: The training loss is measured after the epoch, or after each update. Asked for are the
# losses from before the updates.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            with torch.no_grad():
                total += criterion(model(x), y).item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% loss-after-epoch
# hint: train_loss is measured in a second pass after the epoch. Asked for are the losses that the
# updates started from.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        model.eval()
        total = 0.0
        with torch.no_grad():
            for x, y in train_loader:
                total += criterion(model(x.to(device)), y.to(device)).item() * len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% live-total
# hint: The sums are kept as tensors, the training loss with its graph, so that the graphs of all
# batches stay in memory. Keep numbers.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% live-total.all
# hint: The sums are kept as tensors, the training loss with its graph, so that the graphs of all
# batches stay in memory. Keep numbers.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y) * len(x)
                right += (logits.argmax(dim=1) == y).sum()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% live-total.validation
# hint: What comes back are tensors. Asked for are lists of Python floats.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y) * len(x)
                right += (logits.argmax(dim=1) == y).sum()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% live-total.accuracy
# hint: What comes back are tensors. Asked for are lists of Python floats.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% percent-not-fraction
# hint: The accuracy is a percentage. A share lies between 0 and 1.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(100 * right / count)
    return history

# %% argmax-dim0
# hint: argmax runs along the samples. The classes are in the other dimension: each row of the
# logits belongs to one sample.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=0) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% swapped-result
# hint: val_loss and val_accuracy are swapped: evaluate returns the loss first, then the accuracy.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_accuracy"].append(total / count)
        history["val_loss"].append(right / count)
    return history

# %% another-shape
# hint: What is returned is not the dict with the keys train_loss, val_loss and val_accuracy, each
# with a list.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history["train_loss"], history["val_loss"], history["val_accuracy"]

# %% another-shape.list-of-dicts
# hint: What is returned is not the dict with the keys train_loss, val_loss and val_accuracy, each
# with a list.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return [dict(zip(history, row)) for row in zip(*history.values())]

# %% another-keys
# hint: The keys of the dict are others than those asked for: train_loss, val_loss and
# val_accuracy, exactly.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_acc": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_acc"].append(right / count)
    return history

# %% another-keys.train
# hint: The keys of the dict are others than those asked for: train_loss, val_loss and
# val_accuracy, exactly.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"loss": [], "val_loss": [], "accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["accuracy"].append(right / count)
    return history

# %% extra-keys
# hint: The dict has a key more than asked for: exactly train_loss, val_loss and val_accuracy.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": [], "epoch": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["epoch"].append(epoch)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% returns-nothing
# hint: Nothing is returned: the caller gets None in place of the curves.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    print(history)

# %% exhausted-loader
# hint: Iterators are made once, before the epochs: after the first epoch they are empty. Go
# through the loaders anew in every epoch.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    train_loader, val_loader = iter(train_loader), iter(val_loader)
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% sums-over-epochs
# hint: The sums go on from epoch to epoch. Each epoch begins with new ones.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    train_total, train_count = 0.0, 0
    for epoch in range(epochs):
        model.train()
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            train_total += loss.item() * len(x)
            train_count += len(x)
        history["train_loss"].append(train_total / train_count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% sums-over-epochs.validation
# hint: The sums go on from epoch to epoch. Each epoch begins with new ones.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    val_total, right, val_count = 0.0, 0, 0
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                val_total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                val_count += len(x)
        history["val_loss"].append(val_total / val_count)
        history["val_accuracy"].append(right / val_count)
    return history

# %% length-of-dataset
# hint: The samples are asked of the loader's data set. Not every iterable has one: count the
# samples in the batches.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / len(train_loader.dataset))
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / len(val_loader.dataset))
        history["val_accuracy"].append(right / len(val_loader.dataset))
    return history

# %% sum-not-mean
# hint: The losses are added up and never divided. Asked for are means over the samples.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total)
        history["val_accuracy"].append(right / count)
    return history

# %% mutates-batch
# hint: The batches themselves are changed: the next epoch finds other numbers in them.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
            x *= 0.5
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% softmax-before-loss
# hint: The model's outputs are logits, and the loss expects logits. A softmax before it flattens
# them, and the loss and its gradients are others.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x).softmax(dim=1), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x).softmax(dim=1)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% manual-update
# hint: The parameters are updated by hand. What the given optimizer does otherwise, with momentum
# for example, is left out.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= optimizer.param_groups[0]["lr"] * p.grad
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% batch-size-constant
# hint: The size of one batch is taken for all of them. The last batch may be shorter: count the
# samples in each one.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            size = None
            for x, y in val_loader:
                size = size or len(x)
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * size
                right += (logits.argmax(dim=1) == y).sum().item()
                count += size
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% best-so-far
# hint: The best accuracy so far is kept in place of each epoch's own.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(max([right / count, *history["val_accuracy"]]))
    return history

# %% moves-the-model
# hint: The model is moved to another device than the given one, and stays there.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    device = "cpu"
    model.to(device)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% global-grad-off.until-the-next
# hint: Recording of gradients is switched off at the end of each epoch, and on again only where
# the next one begins: after the last epoch it stays off.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        torch.set_grad_enabled(True)
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        torch.set_grad_enabled(False)
        if True:
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% batch-size-constant.training
# hint: The size of the first batch is taken for all of them. The last batch may be shorter: count
# the samples in each one.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        size = None
        for x, y in train_loader:
            size = size or len(x)
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * size
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% validates-in-train-mode.no-modes
# hint: The modes are never set. Training wants training mode and validation evaluation mode, in
# every epoch.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% one-update-from-all-batches
# hint: All batches of an epoch make one single update. Each batch should make its own.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        xs, ys = zip(*train_loader)
        for x, y in [(torch.cat(xs), torch.cat(ys))]:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% one-update-from-all-batches.accumulated
# hint: All batches of an epoch make one single update. Each batch should make its own.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        optimizer.zero_grad()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            loss = criterion(model(x), y)
            loss.backward()
            total += loss.item() * len(x)
            count += len(x)
        optimizer.step()
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% first-batch-only.the-next-each-time
# hint: Each epoch makes one update, from the next batch. An epoch goes through all training
# batches, with an update for each.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    batches = iter(train_loader)
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        try:
            batch = next(batches)
        except StopIteration:
            batches = iter(train_loader)
            batch = next(batches)
        for x, y in [batch]:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% leaves-settings-changed.deterministic-mode
# hint: Deterministic mode is switched on and stays on: other code runs more slowly with it, or
# fails.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    torch.use_deterministic_algorithms(True)
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        model.train()
        total_loss = 0.0
        samples = 0
        for x_batch, y_batch in train_loader:
            x_batch, y_batch = x_batch.to(device), y_batch.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x_batch), y_batch)
            loss.backward()
            optimizer.step()
            total_loss += loss.item() * len(x_batch)
            samples += len(x_batch)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion, device)
        history["train_loss"].append(total_loss / samples)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
    return history

# %% best-weights-back.accuracy
# hint: At the end the weights of the best epoch are loaded back, which nobody asked for: the model
# that was handed in should leave as the last epoch made it.
# each: BETTER = gt | ge
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    import copy
    import operator

    best, kept = -1.0, None
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
        if operator.BETTER(right / count, best):
            best, kept = right / count, copy.deepcopy(model.state_dict())
    model.load_state_dict(kept)
    return history

# %% best-weights-back.loss
# hint: At the end the weights of the best epoch are loaded back, which nobody asked for: the model
# that was handed in should leave as the last epoch made it.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    import copy

    best, kept = float("inf"), None
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
        if total / count < best:
            best, kept = total / count, copy.deepcopy(model.state_dict())
    model.load_state_dict(kept)
    return history

# %% one-entry-a-batch
# hint: `train_loss` gets an entry for every batch. Asked for is one number an epoch, the mean over
# its samples.
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            history["train_loss"].append(loss.item())
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% activation-before-criterion
# hint: The model's output goes through another function, such as a sigmoid, before the criterion
# sees it. The loss is asked of the model's own output.
# each: ACTIVATION = torch.sigmoid | torch.tanh | torch.relu | nn.functional.leaky_relu
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(ACTIVATION(model(x)), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% clips-gradients
# hint: The gradients are clipped before the step, which nobody asked for: a large gradient makes a
# smaller update than the optimizer would make.
# each: LARGEST = 0.1 | 0.5 | 1.0 | 2.0 | 5.0 | 10.0
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), LARGEST)
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history

# %% clips-gradients.each-value
# hint: The gradients are clipped before the step, which nobody asked for: a large gradient makes a
# smaller update than the optimizer would make.
# each: LARGEST = 0.1 | 0.5 | 1.0 | 5.0
def fit(model, train_loader, val_loader, criterion, optimizer, device, epochs):
    history = {"train_loss": [], "val_loss": [], "val_accuracy": []}
    for epoch in range(epochs):
        model.train()
        total, count = 0.0, 0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            nn.utils.clip_grad_value_(model.parameters(), LARGEST)
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        history["train_loss"].append(total / count)
        model.eval()
        total, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, y in val_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                total += criterion(logits, y).item() * len(x)
                right += (logits.argmax(dim=1) == y).sum().item()
                count += len(x)
        history["val_loss"].append(total / count)
        history["val_accuracy"].append(right / count)
    return history
