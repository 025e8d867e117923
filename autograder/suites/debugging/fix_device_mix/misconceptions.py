"""Wrong solutions of ``fix_device_mix``, each with its name and hint. Answers: never in a kit."""

import copy

import torch
import torch.nn.functional as F
from torch import nn

# %% batch-not-moved
# hint: The inputs are still on the CPU when they reach the model. .to(device) returns the moved
# tensor and leaves the one it is called on where it was.
def fix_device_mix(model, x, y, device):
    x.to(device)
    return F.mse_loss(model(x), y)

# %% target-not-moved
# hint: The inputs are moved, the target is still on the CPU when it meets the prediction. .to(...)
# returns the moved tensor and leaves the other where it was.
def fix_device_mix(model, x, y, device):
    x = x.to(device)
    return F.mse_loss(model(x), y)

# %% model-moved-to-cpu
# hint: The model is moved to the batch, away from its device. It is to stay there; the batch has to
# come to it.
def fix_device_mix(model, x, y, device):
    model = model.to("cpu")
    return F.mse_loss(model(x), y)

# %% model-moved-to-cpu.loss-sent-back
# hint: The model is moved to the CPU and only the loss is sent to the device. The model is to stay
# where it is; the batch has to come to it.
def fix_device_mix(model, x, y, device):
    model = model.to("cpu")
    return F.mse_loss(model(x), y).to(device)

# %% works-on-a-copy
# hint: A copy of the model makes the prediction. The gradients go to the copy, and the model that
# was passed in gets none.
import copy

def fix_device_mix(model, x, y, device):
    twin = copy.deepcopy(model)
    return F.mse_loss(twin(x.to(device)), y.to(device))

# %% works-on-a-copy.on-the-cpu
# hint: A copy of the model makes the prediction, on the CPU. The gradients go to the copy, and the
# model that was passed in gets none.
import copy

def fix_device_mix(model, x, y, device):
    twin = copy.deepcopy(model).to("cpu")
    return F.mse_loss(twin(x), y)

# %% loss-on-the-cpu
# hint: The prediction or the loss is brought back to the CPU. The loss is to stay on the device.
def fix_device_mix(model, x, y, device):
    prediction = model(x.to(device))
    return F.mse_loss(prediction.cpu(), y)

# %% no-graph
# hint: No gradient can come back from it: the prediction or the loss was detached, or computed
# under no_grad.
def fix_device_mix(model, x, y, device):
    with torch.no_grad():
        return F.mse_loss(model(x.to(device)), y.to(device))

# %% no-graph.on-the-cpu
# hint: The prediction is detached and brought to the CPU, as one does to look at it. No gradient
# can come back from there, and the loss belongs on the device.
def fix_device_mix(model, x, y, device):
    prediction = model(x.to(device)).detach().cpu()
    return F.mse_loss(prediction, y)

# %% returns-number
# hint: .item() makes a plain number of the loss, which lies on no device, and from which no
# backward() can start. Return the tensor.
def fix_device_mix(model, x, y, device):
    return F.mse_loss(model(x.to(device)), y.to(device)).item()

# %% wrapped-again
# hint: The loss is put into a new tensor on the device. That has the value but not the history: no
# gradient comes back to the model.
def fix_device_mix(model, x, y, device):
    loss = F.mse_loss(model(x.to(device)), y.to(device))
    return torch.tensor(loss.item(), device=device, requires_grad=True)

# %% hard-coded-cuda
# hint: The batch is moved to "cuda", wherever the model is. It is to be moved to the device that is
# passed in.
def fix_device_mix(model, x, y, device):
    return F.mse_loss(model(x.to("cuda")), y.to("cuda"))

# %% hard-coded-simgpu
# hint: The batch is moved to "simgpu", wherever the model is. It is to be moved to the device that
# is passed in.
def fix_device_mix(model, x, y, device):
    return F.mse_loss(model(x.to("simgpu")), y.to("simgpu"))

# %% needs-a-device-object
# hint: The device is used as if it were a torch.device. It may be its name, a text such as
# "simgpu"; .to() takes both.
def fix_device_mix(model, x, y, device):
    if device.type != "cpu":
        x, y = x.to(device), y.to(device)
    return F.mse_loss(model(x), y)

# %% summed
# hint: The squared differences are added up. Asked for is their mean.
def fix_device_mix(model, x, y, device):
    return F.mse_loss(model(x.to(device)), y.to(device), reduction="sum")

# %% summed.over-outputs
# hint: The squared differences of a sample are added up, and only the samples are averaged. Asked
# for is the mean of them all.
def fix_device_mix(model, x, y, device):
    return (model(x.to(device)) - y.to(device)).square().sum() / len(x)

# %% not-averaged
# hint: All squared differences are returned. Asked for is their mean, a single number.
def fix_device_mix(model, x, y, device):
    return F.mse_loss(model(x.to(device)), y.to(device), reduction="none")

# %% root-mean-square
# hint: The root is taken of the mean squared error. Asked for is the mean squared error itself.
def fix_device_mix(model, x, y, device):
    return F.mse_loss(model(x.to(device)), y.to(device)).sqrt()

# %% absolute-error
# hint: This is the mean absolute error. Asked for is the mean squared error.
def fix_device_mix(model, x, y, device):
    return F.l1_loss(model(x.to(device)), y.to(device))

# %% smooth-l1
# hint: This is the smooth L1 loss, or Huber's. Asked for is the mean squared error.
def fix_device_mix(model, x, y, device):
    return F.smooth_l1_loss(model(x.to(device)), y.to(device))

# %% half-square
# hint: This is half of the mean squared error.
def fix_device_mix(model, x, y, device):
    return 0.5 * F.mse_loss(model(x.to(device)), y.to(device))

# %% mean-before-square
# hint: The differences are averaged before they are squared, so that errors in both directions
# cancel. Square them first.
def fix_device_mix(model, x, y, device):
    return (model(x.to(device)) - y.to(device)).mean().square()

# %% not-squared
# hint: The differences are averaged without being squared, so that errors in both directions
# cancel.
def fix_device_mix(model, x, y, device):
    return (model(x.to(device)) - y.to(device)).mean()

# %% squeeze-broadcast
# hint: Prediction and target do not have the same shape when they meet in the loss, so they are
# broadcast: every prediction is compared with every target.
def fix_device_mix(model, x, y, device):
    return F.mse_loss(model(x.to(device)).squeeze(), y.to(device))

# %% calls-backward
# hint: backward() has been called inside, which uses the graph up. The caller will do that, once.
def fix_device_mix(model, x, y, device):
    loss = F.mse_loss(model(x.to(device)), y.to(device))
    loss.backward()
    return loss

# %% calls-backward.graph-retained
# hint: backward() has been called inside, and has left gradients in .grad. The caller's own
# backward() adds to them.
def fix_device_mix(model, x, y, device):
    loss = F.mse_loss(model(x.to(device)), y.to(device))
    loss.backward(retain_graph=True)
    return loss

# %% not-0d
# hint: The loss does not have the shape (): it has an axis of its own.
def fix_device_mix(model, x, y, device):
    return F.mse_loss(model(x.to(device)), y.to(device)).unsqueeze(0)

# %% returns-prediction
# hint: The prediction is returned. Asked for is the loss.
def fix_device_mix(model, x, y, device):
    prediction = model(x.to(device))
    loss = F.mse_loss(prediction, y.to(device))
    return prediction

# %% returns-criterion
# hint: The criterion itself is returned. It still has to be called, with the prediction and the
# target.
def fix_device_mix(model, x, y, device):
    return nn.MSELoss().to(device)

# %% returns-nothing
# hint: Nothing is returned: the caller gets None in place of the loss.
def fix_device_mix(model, x, y, device):
    loss = F.mse_loss(model(x.to(device)), y.to(device))

# %% eval-mode
# hint: The model is put into evaluation mode, in which batch norm uses its running statistics. Its
# mode is to stay as it is.
def fix_device_mix(model, x, y, device):
    model.eval()
    return F.mse_loss(model(x.to(device)), y.to(device))

# %% moves-the-callers-batch
# hint: The batch itself is moved, by way of .data: whoever passed it in will find it on another
# device.
def fix_device_mix(model, x, y, device):
    x.data = x.data.to(device)
    y.data = y.data.to(device)
    return F.mse_loss(model(x), y)

# %% numpy-detour
# hint: .numpy() wants a tensor on the CPU and without a history. And no gradient comes back from
# numbers that took that way.
def fix_device_mix(model, x, y, device):
    prediction = model(x.to(device)).detach().numpy()
    return F.mse_loss(torch.from_numpy(prediction), y)

# %% swallows-the-error
# hint: The error is caught, and nothing is done about its cause. What comes back is no loss of this
# batch.
def fix_device_mix(model, x, y, device):
    try:
        return F.mse_loss(model(x), y)
    except RuntimeError:
        return torch.zeros((), device=device, requires_grad=True)

# %% swallows-the-error.without-graph
# hint: The error is caught, and nothing is done about its cause. What comes back is no loss of this
# batch.
def fix_device_mix(model, x, y, device):
    try:
        return F.mse_loss(model(x), y)
    except RuntimeError:
        return torch.zeros((), device=device)

# %% leaves-settings-changed.default-device
# hint: The default device is changed for the whole notebook: every tensor that is made afterwards
# is there.
def fix_device_mix(model, x, y, device):
    torch.set_default_device(device)
    prediction = model(x.to(device))
    return F.mse_loss(prediction, y.to(device))
