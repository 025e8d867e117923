# verdict: wrong
# names: large-epsilon
def standardize(batch):
    return (batch - batch.mean(0)) / (batch.std(0, correction=0) + 0.1)
