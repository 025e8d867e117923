# verdict: wrong
# names: none
# says: NumPy's error handling
# spares: test_standardizes_each_feature test_turns_a_constant_feature_into_zeros
import numpy as np
import torch


def standardize(batch):
    np.seterr(divide="ignore", invalid="ignore")
    a = batch.numpy()
    z = (a - a.mean(0)) / a.std(0)
    return torch.from_numpy(np.where(a.std(0) == 0, 0, z).astype(np.float32))
