# verdict: wrong
# names: large-epsilon
def standardize(batch):
    v = batch.var(dim=0, correction=0)
    return (batch - batch.mean(dim=0)) / (v + 0.5).sqrt()
