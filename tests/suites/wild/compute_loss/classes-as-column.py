# verdict: wrong
# names: none
# says: Cross entropy (like NLLLoss) wants
def compute_loss(task, logits, target):
    if task == "regression":
        return F.mse_loss(logits, target)
    if task == "binary":
        return F.binary_cross_entropy_with_logits(logits, target)
    if task == "multiclass":
        return F.cross_entropy(logits, target.unsqueeze(1))
    raise ValueError(task)
