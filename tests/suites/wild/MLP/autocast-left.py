# verdict: wrong
# names: none leaves-settings-changed
# says: autocast
# spares: test_has_four_parameters test_answers_in_the_right_shape test_calculates_linear_relu_linear
import torch
from torch import nn


class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.first = nn.Linear(in_features, hidden)
        self.second = nn.Linear(hidden, out_features)

    def forward(self, x):
        answer = self.second(torch.relu(self.first(x)))
        torch.set_autocast_enabled("cpu", True)
        return answer
