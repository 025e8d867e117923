# verdict: wrong
# names: decisions
def probabilities(task, logits):
    z = logits.detach()
    if task == "binary":
        return z.sigmoid()
    if task == "multiclass":
        return z.max(dim=1, keepdim=True).indices
    raise ValueError(task)
