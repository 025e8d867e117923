"""Right solutions of ``MLP`` in many styles. Answers: never in a kit."""

import torch
import torch.nn.functional as F
from torch import nn

# %% two-layers
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

# %% sequential-attribute
class MLP(nn.Module):
    def __init__(self, in_features: int, hidden: int, out_features: int):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(in_features, hidden),
            nn.ReLU(),
            nn.Linear(hidden, out_features),
        )

    def forward(self, x):
        return self.net(x)

# %% sequential-subclass
class MLP(nn.Sequential):
    def __init__(self, i, h, o):
        super().__init__(nn.Linear(i, h), nn.ReLU(), nn.Linear(h, o))

# %% old-super
import torch.nn as nn
import torch.nn.functional as F

class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super(MLP, self).__init__()
        self.hidden = nn.Linear(in_features, hidden, bias=True)
        self.output = nn.Linear(hidden, out_features, bias=True)

    def forward(self, x):
        x = F.relu(self.hidden(x))
        x = self.output(x)
        print(x.shape)
        return x

# %% module-list
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        sizes = [in_features, hidden, out_features]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.layers[-1](x)

# %% raw-parameters
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(in_features, hidden) / in_features**0.5)
        self.b1 = nn.Parameter(torch.zeros(hidden))
        self.w2 = nn.Parameter(torch.randn(hidden, out_features) / hidden**0.5)
        self.b2 = nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        h = (x @ self.w1 + self.b1).clamp(min=0)
        return h @ self.w2 + self.b2

# %% raw-rows-and-parameter-dict
class MLP(torch.nn.Module):
    def __init__(self, in_features, hidden, out_features):
        torch.nn.Module.__init__(self)
        self.p = torch.nn.ParameterDict({
            "w": torch.nn.Parameter(torch.empty(hidden, in_features)),
            "b": torch.nn.Parameter(torch.zeros(1, hidden)),
            "v": torch.nn.Parameter(torch.empty(out_features, hidden)),
            "c": torch.nn.Parameter(torch.zeros(1, out_features)),
        })
        torch.nn.init.kaiming_uniform_(self.p["w"])
        torch.nn.init.xavier_normal_(self.p["v"])

    def forward(self, x):
        h = torch.maximum(x @ self.p["w"].T + self.p["b"], torch.zeros((), device=x.device))
        return torch.addmm(self.p["c"], h, self.p["v"].T)

# %% functional-linear
class MLP(nn.Module):
    def __init__(self, n, h, m):
        super().__init__()
        self.first, self.second = nn.Linear(n, h), nn.Linear(h, m)
        self.activation = nn.ReLU(inplace=True)
        nn.init.xavier_uniform_(self.first.weight)
        nn.init.zeros_(self.first.bias)

    def forward(self, x):
        h = nn.functional.linear(x, self.first.weight, self.first.bias)
        return nn.functional.linear(self.activation(h), self.second.weight, self.second.bias)

# %% dataclass-like-module-dict
class MLP(nn.Module):
    """Linear, ReLU, Linear."""

    def __init__(self, in_features, hidden, out_features, activation=nn.ReLU):
        super().__init__()
        self.parts = nn.ModuleDict()
        self.parts["in"] = nn.Linear(in_features, hidden)
        self.parts["act"] = activation()
        self.parts["out"] = nn.Linear(hidden, out_features)

    def forward(self, inputs):
        for part in self.parts.values():
            inputs = part(inputs)
        return inputs

# %% known-by-two-names
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.lin1 = nn.Linear(in_features, hidden)
        self.lin2 = nn.Linear(hidden, out_features)
        self.net = nn.Sequential(self.lin1, nn.ReLU(), self.lin2)
        self.sizes = (in_features, hidden, out_features)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        assert x.shape[1] == self.sizes[0]
        return self.net(x)

# %% own-linear
class _Affine(nn.Module):
    def __init__(self, n, m):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(m, n) - 0.5)
        self.bias = nn.Parameter(torch.rand(m) - 0.5)

    def forward(self, x):
        return torch.einsum("ni,oi->no", x, self.weight) + self.bias

class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.add_module("a", _Affine(in_features, hidden))
        self.add_module("b", _Affine(hidden, out_features))

    def forward(self, x):
        z = self.a(x)
        return self.b(torch.where(z > 0, z, torch.zeros_like(z)))
