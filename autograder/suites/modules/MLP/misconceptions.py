"""Wrong solutions of ``MLP``, each with its name and hint. Answers: never in a kit."""

import torch
from torch import nn

# %% no-super
# hint: nn.Module's own __init__ is never called, so the model has no place to keep its layers.
# super().__init__() comes first.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

# %% no-super.parameters
# hint: nn.Module's own __init__ is never called, so the model has no place to keep its parameters.
# super().__init__() comes first.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        self.w1 = nn.Parameter(torch.randn(in_features, hidden))
        self.b1 = nn.Parameter(torch.zeros(hidden))
        self.w2 = nn.Parameter(torch.randn(hidden, out_features))
        self.b2 = nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        return torch.relu(x @ self.w1 + self.b1) @ self.w2 + self.b2

# %% no-super.list
# hint: nn.Module's own __init__ is never called, so the model can't be used at all.
# super().__init__() comes first.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        self.layers = [nn.Linear(in_features, hidden), nn.Linear(hidden, out_features)]

    def forward(self, x):
        return self.layers[1](torch.relu(self.layers[0](x)))

# %% no-module
# hint: MLP does not inherit from nn.Module, so it has no parameters(), state_dict(), to() or
# eval().
class MLP:
    def __init__(self, in_features, hidden, out_features):
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def __call__(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

# %% layers-in-list
# hint: The layers stand in a plain Python list, where nn.Module does not look: they are not
# registered, and an optimizer, state_dict and to() miss them. nn.ModuleList is made for that.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.layers = [nn.Linear(in_features, hidden), nn.ReLU(), nn.Linear(hidden, out_features)]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

# %% plain-tensors
# hint: The weights are plain tensors. Only an nn.Parameter is registered: an optimizer, state_dict
# and to() miss the others.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.w1 = torch.randn(in_features, hidden, requires_grad=True)
        self.b1 = torch.zeros(hidden, requires_grad=True)
        self.w2 = torch.randn(hidden, out_features, requires_grad=True)
        self.b2 = torch.zeros(out_features, requires_grad=True)

    def forward(self, x):
        return torch.relu(x @ self.w1 + self.b1) @ self.w2 + self.b2

# %% buffers
# hint: The weights are registered as buffers. Buffers are saved and moved, but not trained: an
# optimizer does not get them.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.register_buffer("w1", torch.randn(in_features, hidden))
        self.register_buffer("b1", torch.zeros(hidden))
        self.register_buffer("w2", torch.randn(hidden, out_features))
        self.register_buffer("b2", torch.zeros(out_features))

    def forward(self, x):
        return torch.relu(x @ self.w1 + self.b1) @ self.w2 + self.b2

# %% no-activation
# hint: There is no ReLU between the two layers. Two linear layers in a row are a single linear
# one, however many hidden units there are.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(self.fc1(x))

# %% activated-output
# hint: The outputs go through a ReLU as well, so none of them can be negative. Raw logits end with
# the second linear layer.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return torch.relu(self.fc2(torch.relu(self.fc1(x))))

# %% softmax-output
# hint: The outputs go through a softmax. Raw logits end with the second linear layer; the loss
# takes its own softmax.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return torch.softmax(self.fc2(torch.relu(self.fc1(x))), dim=1)

# %% softmax-output.over-samples
# hint: The outputs go through a softmax (and over the samples). Raw logits end with the second
# linear layer.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return torch.softmax(self.fc2(torch.relu(self.fc1(x))), dim=0)

# %% log-softmax-output
# hint: The outputs go through a log-softmax. Raw logits end with the second linear layer; the loss
# does the rest.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return torch.log_softmax(self.fc2(torch.relu(self.fc1(x))), dim=1)

# %% sigmoid-output
# hint: The outputs go through a sigmoid. Raw logits end with the second linear layer; the loss
# takes its own sigmoid.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return torch.sigmoid(self.fc2(torch.relu(self.fc1(x))))

# %% tanh-output
# hint: The outputs go through a tanh, so they stay between −1 and 1. Raw logits end with the
# second linear layer.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return torch.tanh(self.fc2(torch.relu(self.fc1(x))))

# %% activated-only-at-the-end
# hint: The ReLU stands after the second layer, where nothing should, and none stands between the
# two.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return torch.relu(self.fc2(self.fc1(x)))

# %% activated-input
# hint: The ReLU stands before the first layer, where it cuts off negative inputs, and none stands
# between the two.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(self.fc1(torch.relu(x)))

# %% activated-input-too
# hint: The inputs go through a ReLU, too, which cuts off whatever is negative in them.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(torch.relu(x))))

# %% other-activation.sigmoid
# hint: Between the two layers stands a sigmoid. Asked for is the ReLU, which keeps what is
# positive and sets the rest to 0.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(torch.sigmoid(self.fc1(x)))

# %% other-activation.tanh
# hint: Between the two layers stands a tanh. Asked for is the ReLU, which keeps what is positive
# and sets the rest to 0.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x)))

# %% other-activation.leaky
# hint: Between the two layers stands a leaky ReLU. Asked for is the ReLU, which keeps what is
# positive and sets the rest to 0.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(nn.functional.leaky_relu(self.fc1(x)))

# %% other-activation.gelu
# hint: Between the two layers stands a GELU. Asked for is the ReLU, which keeps what is positive
# and sets the rest to 0.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(nn.functional.gelu(self.fc1(x)))

# %% other-activation.elu
# hint: Between the two layers stands an ELU. Asked for is the ReLU, which keeps what is positive
# and sets the rest to 0.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(nn.functional.elu(self.fc1(x)))

# %% other-activation.softplus
# hint: Between the two layers stands a softplus. Asked for is the ReLU, which keeps what is
# positive and sets the rest to 0.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(nn.functional.softplus(self.fc1(x)))

# %% other-activation.silu
# hint: Between the two layers stands a SiLU. Asked for is the ReLU, which keeps what is positive
# and sets the rest to 0.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(nn.functional.silu(self.fc1(x)))

# %% other-activation.relu6
# hint: Between the two layers stands a ReLU6. Asked for is the ReLU, which keeps what is positive
# and sets the rest to 0.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(nn.functional.relu6(self.fc1(x)))

# %% other-activation.softmax
# hint: Between the two layers stands a softmax. Asked for is the ReLU, which keeps what is
# positive and sets the rest to 0.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(torch.softmax(self.fc1(x), dim=1))

# %% other-activation.absolute
# hint: Between the two layers stands the absolute value. Asked for is the ReLU, which keeps what
# is positive and sets the rest to 0.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(self.fc1(x).abs())

# %% no-return
# hint: forward calculates the outputs and does not return them: the caller gets None.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        h = torch.relu(self.fc1(x))
        out = self.fc2(h)

# %% returns-hidden
# hint: forward returns the hidden units. The second layer is not used.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        h = torch.relu(self.fc1(x))
        self.fc2(h)
        return h

# %% returns-first-layer
# hint: forward returns what the first layer gives: neither the ReLU nor the second layer is used.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc1(x)

# %% returns-pair
# hint: forward returns hidden units and outputs together. Asked for are the outputs alone.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        h = torch.relu(self.fc1(x))
        return h, self.fc2(h)

# %% fixed-batch
# hint: The number of samples is written into forward. It must take any number of them.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x))).view(4, -1)

# %% squeezed
# hint: The outputs are squeezed: with one sample or one output an axis is lost, and the result is
# no longer (N, out_features).
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x))).squeeze()

# %% squeezed.last-axis
# hint: The outputs are squeezed: with a single output the last axis is lost, and the result is no
# longer (N, out_features).
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x))).squeeze(-1)

# %% predicts-class
# hint: forward returns the number of the largest output. Asked for are the raw logits; which is
# the largest is for later.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x))).argmax(dim=1)

# %% cut-in-the-middle
# hint: The hidden units are detached, so no gradient comes back to the first layer: it will never
# be trained.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)).detach())

# %% records-nothing
# hint: forward calculates without recording, so no gradient comes back to any parameter: nothing
# can be trained.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        with torch.no_grad():
            return self.fc2(torch.relu(self.fc1(x)))

# %% changes-input
# hint: The batch that is passed in is changed, in place. A method whose name ends in _ does that,
# and so does nn.ReLU(inplace=True) on the input.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        h = torch.relu(self.fc1(x))
        with torch.no_grad():
            x.zero_()
        return self.fc2(h)

# %% cpu-constant
# hint: forward makes a tensor of its own, on the CPU. When the model is moved to another device,
# that tensor stays behind.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        h = self.fc1(x)
        return self.fc2(torch.maximum(h, torch.zeros(h.shape)))

# %% layer-made-in-forward
# hint: Layers are made in forward: every call has new ones with new random values, and nothing
# that is learned stays.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.in_features, self.hidden, self.out_features = in_features, hidden, out_features

    def forward(self, x):
        fc1 = nn.Linear(self.in_features, self.hidden)
        fc2 = nn.Linear(self.hidden, self.out_features)
        return fc2(torch.relu(fc1(x)))

# %% layer-made-in-forward.second
# hint: The second layer is made in forward: every call has a new one with new random values, and
# nothing that it learns stays.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.sizes = hidden, out_features
        self.fc1 = nn.Linear(in_features, hidden)

    def forward(self, x):
        fc2 = nn.Linear(*self.sizes)
        return fc2(torch.relu(self.fc1(x)))

# %% lazy
# hint: The layers find their sizes at the first batch only. The three sizes are given, so the
# parameters can have their final shapes at once.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.LazyLinear(hidden)
        self.fc2 = nn.LazyLinear(out_features)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

# %% no-bias
# hint: Both layers lack their biases: there are only two parameter tensors.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden, bias=False)
        self.fc2 = nn.Linear(hidden, out_features, bias=False)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

# %% no-bias.first
# hint: The first layer lacks its bias: there are only three parameter tensors.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden, bias=False)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

# %% no-bias.second
# hint: The second layer lacks its bias: there are only three parameter tensors.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features, bias=False)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

# %% third-layer
# hint: There is one layer too many: Linear → ReLU → Linear has two.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(in_features, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, out_features)
        )

    def forward(self, x):
        return self.net(x)

# %% one-layer
# hint: There is one layer only, without hidden units.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc = nn.Linear(in_features, out_features)

    def forward(self, x):
        return self.fc(x)

# %% swapped-sizes
# hint: nn.Linear takes the number of inputs first and the number of outputs second; here they are
# swapped.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(hidden, in_features)
        self.fc2 = nn.Linear(out_features, hidden)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

# %% sizes-do-not-fit
# hint: The second layer does not take what the first one gives: its number of inputs is not
# hidden.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(in_features, out_features)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

# %% fixed-sizes
# hint: The sizes are written into __init__ as numbers, and the arguments are not used.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(4, 8)
        self.fc2 = nn.Linear(8, 3)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

# %% extra-normalisation
# hint: There is a normalisation layer (batch norm, layer norm) in between, with parameters of its own. Asked for is
# Linear → ReLU → Linear.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(in_features, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, out_features)
        )

    def forward(self, x):
        return self.net(x)

# %% dropout
# hint: There is a dropout in between, which sets hidden units to 0 at random while training. Asked
# for is Linear → ReLU → Linear.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(in_features, hidden), nn.ReLU(), nn.Dropout(0.5), nn.Linear(hidden, out_features)
        )

    def forward(self, x):
        return self.net(x)

# %% equal-values
# hint: All weights start at one value, so all hidden units are alike and stay alike. Initial
# values must differ, at random.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.w1 = nn.Parameter(torch.ones(in_features, hidden))
        self.b1 = nn.Parameter(torch.zeros(hidden))
        self.w2 = nn.Parameter(torch.ones(hidden, out_features))
        self.b2 = nn.Parameter(torch.zeros(out_features))

    def forward(self, x):
        return torch.relu(x @ self.w1 + self.b1) @ self.w2 + self.b2

# %% frozen
# hint: The parameters do not require grad, so nothing can be trained.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)
        self.requires_grad_(False)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

# %% shared-by-all-models
# hint: The layers belong to the class and not to the model: all models share them, or have the
# sizes of the first.
_layers = {}

class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        key = in_features, hidden, out_features
        if key not in _layers:
            _layers[key] = nn.Linear(in_features, hidden), nn.Linear(hidden, out_features)
        self.fc1, self.fc2 = _layers[key]

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

# %% no-forward
# hint: There is no forward method of that name, so a call of the model has nothing to run.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def predict(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

# %% no-self
# hint: forward lacks its first parameter, self, so the batch arrives in the wrong place.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(x):
        return self.fc2(torch.relu(self.fc1(x)))

# %% module-called-on-data
# hint: nn.ReLU is a class: nn.ReLU(x) makes a layer and does not apply it. A layer is made first
# and called then.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, out_features)

    def forward(self, x):
        return self.fc2(nn.ReLU(self.fc1(x)))

# %% huge-values
# hint: The initial values are far too large: the first outputs are enormous, and training does not
# get anywhere from there.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.w1 = nn.Parameter(1000 * torch.randn(in_features, hidden))
        self.b1 = nn.Parameter(1000 * torch.randn(hidden))
        self.w2 = nn.Parameter(1000 * torch.randn(hidden, out_features))
        self.b2 = nn.Parameter(1000 * torch.randn(out_features))

    def forward(self, x):
        return torch.relu(x @ self.w1 + self.b1) @ self.w2 + self.b2

# %% other-activation.prelu
# hint: Between the two layers stands a PReLU, which has a parameter of its own. Asked for is the
# ReLU, which keeps what is positive and sets the rest to 0.
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(in_features, hidden), nn.PReLU(), nn.Linear(hidden, out_features)
        )

    def forward(self, x):
        return self.net(x)

# %% fixed-sizes.outputs
# hint: The number of outputs is written into __init__, and out_features is not used.
# each: SIZE = 1 | 2 | 3 | 4 | 10
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, hidden)
        self.fc2 = nn.Linear(hidden, SIZE)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))

# %% fixed-sizes.hidden
# hint: The number of hidden units is written into __init__, and hidden is not used.
# each: SIZE = 8 | 10 | 16 | 32 | 64 | 128 | 256
class MLP(nn.Module):
    def __init__(self, in_features, hidden, out_features):
        super().__init__()
        self.fc1 = nn.Linear(in_features, SIZE)
        self.fc2 = nn.Linear(SIZE, out_features)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))
