# verdict: wrong
# names: decisions
def probabilities(task, logits):
    z = logits.detach()
    if task == 'binary':
        return z > 0
    if task == 'multiclass':
        return z.softmax(1)
    raise ValueError(task)
