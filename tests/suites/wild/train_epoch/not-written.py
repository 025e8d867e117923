# verdict: wrong
# names: none
# says: It is not written yet
def train_epoch(model, loader, criterion, optimizer, device):
    pass
