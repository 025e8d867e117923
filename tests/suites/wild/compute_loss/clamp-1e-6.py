# verdict: wrong
# names: clamped-log
def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy(torch.sigmoid(logits).clamp(1e-6, 1 - 1e-6), target)
    if task == "multiclass":
        return F.cross_entropy(logits, target)
    raise ValueError(task)
