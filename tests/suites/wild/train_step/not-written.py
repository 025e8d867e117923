# verdict: wrong
# names: none
# says: It is not written yet
# never: copy
def train_step(model, optimizer, criterion, x_batch, y_batch):
    """Later."""
    print("todo")
    return None
