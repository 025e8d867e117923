"""Wrong solutions of ``predict``, each with its name and hint. Answers: never in a kit."""

import torch

# %% discarded-to
# hint: x never arrives where the model is. A tensor's .to(device) returns the moved one and leaves x
# where it is: whoever does not keep what it returns has moved nothing.
def predict(model, x, device):
    model.to(device)
    x.to(device)
    with torch.no_grad():
        return model(x)

# %% model-not-moved
# hint: x is moved, but the model is not: its parameters are still on the device where they were.
def predict(model, x, device):
    x = x.to(device)
    with torch.no_grad():
        return model(x)

# %% nothing-moved
# hint: Neither the model nor x is moved: the device that was passed in is not used.
def predict(model, x, device):
    with torch.no_grad():
        return model(x)

# %% result-alone-moved
# hint: Only the result is moved. The model and x stay where they were, and that is where it was
# calculated.
def predict(model, x, device):
    with torch.no_grad():
        return model(x).to(device)

# %% model-follows-x
# hint: The model is moved to where x is, and not to the device that was passed in.
def predict(model, x, device):
    model.to(x.device)
    with torch.no_grad():
        return model(x)

# %% x-follows-model
# hint: x is moved to where the model is, and the model stays where it was: the device that was passed
# in is not used.
def predict(model, x, device):
    with torch.no_grad():
        return model(x.to(next(model.parameters()).device))

# %% x-follows-model.and-result-moved
# hint: x is moved to where the model is, and the model stays where it was: it should be moved to the
# device that was passed in.
def predict(model, x, device):
    with torch.no_grad():
        return model(x.to(next(model.parameters()).device)).to(device)

# %% inference-params
# hint: The model is moved inside of inference_mode. Parameters that are made there can never be
# trained again: move first, then enter the block.
def predict(model, x, device):
    with torch.inference_mode():
        model.to(device)
        return model(x.to(device))

# %% hard-coded-cuda
# hint: The device is written into the function, and the one that was passed in is ignored. On a
# machine without CUDA that fails.
def predict(model, x, device):
    device = torch.device("cuda")
    model.to(device)
    with torch.no_grad():
        return model(x.to(device))

# %% hard-coded-cuda.if-available
# hint: The device is worked out anew, and the one that was passed in is ignored.
def predict(model, x, device):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model.to(device)
    with torch.no_grad():
        return model(x.to(device))

# %% moved-back-to-cpu
# hint: The result is moved to the CPU in the end. Asked for is the result on the device.
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model(x.to(device)).cpu()

# %% model-moved-back
# hint: The model is moved away again after it has answered: afterwards it is not on the device.
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        result = model(x.to(device))
    model.to("cpu")
    return result

# %% model-moved-back.to-where-it-was
# hint: The model is moved back to where it was after it has answered: afterwards it is not on the
# device.
def predict(model, x, device):
    before = next(model.parameters()).device
    model.to(device)
    with torch.no_grad():
        result = model(x.to(device))
    model.to(before)
    return result

# %% everything-moved-back
# hint: Model and result are both moved to the CPU in the end. Asked for are both on the device.
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        result = model(x.to(device))
    model.cpu()
    return result.cpu()

# %% returns-graph
# hint: The result carries a graph: it leads back to every parameter and keeps in memory whatever a
# backward pass would need. Nothing had to be recorded here.
def predict(model, x, device):
    model.to(device)
    return model(x.to(device))

# %% returns-graph.enabled
# hint: The result carries a graph: it leads back to every parameter and keeps in memory whatever a
# backward pass would need. Nothing had to be recorded here.
def predict(model, x, device):
    model.to(device)
    with torch.enable_grad():
        return model(x.to(device))

# %% copies-the-model
# hint: A copy of the model is moved. The model that was passed in stays where it was.
import copy

def predict(model, x, device):
    model = copy.deepcopy(model).to(device)
    with torch.no_grad():
        return model(x.to(device))

# %% freezes-parameters
# hint: requires_grad is switched off for the parameters and stays off: nobody can train the model
# afterwards.
def predict(model, x, device):
    model.to(device)
    for parameter in model.parameters():
        parameter.requires_grad = False
    return model(x.to(device))

# %% global-grad-off
# hint: The recording of gradients is switched off for the whole program and not switched back. Use a
# block, such as with torch.no_grad().
def predict(model, x, device):
    model.to(device)
    torch.set_grad_enabled(False)
    return model(x.to(device))

# %% grad-left-on
# hint: Gradients are recorded afterwards, whether they were before or not. Use a block, such as with
# torch.no_grad(): it restores what was.
def predict(model, x, device):
    model.to(device)
    torch.set_grad_enabled(False)
    result = model(x.to(device))
    torch.set_grad_enabled(True)
    return result

# %% moves-x-itself
# hint: x itself is moved: the tensor that was passed in is on another device afterwards.
def predict(model, x, device):
    model.to(device)
    x.data = x.data.to(device)
    with torch.no_grad():
        return model(x)

# %% returns-numpy
# hint: A NumPy array comes back. Asked for is a tensor, on the device.
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model(x.to(device)).cpu().numpy()

# %% returns-list
# hint: A list of numbers comes back. Asked for is a tensor, on the device.
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model(x.to(device)).tolist()

# %% numpy-of-gpu
# hint: .numpy() needs a tensor on the CPU, and asked for is a tensor on the device.
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model(x.to(device)).numpy()

# %% numpy-of-gpu.of-the-input
# hint: x is turned into a NumPy array, and the model wants a tensor. On a GPU, .numpy() does not even
# get that far: NumPy knows the CPU alone.
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model(x.numpy())

# %% numpy-of-gpu.of-the-moved-input
# hint: x is turned into a NumPy array, and the model wants a tensor. On a GPU, .numpy() does not even
# get that far: NumPy knows the CPU alone.
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model(x.to(device).numpy())

# %% activated-output.softmax
# hint: The outputs go through a softmax. Asked for are the model's raw outputs.
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model(x.to(device)).softmax(dim=1)

# %% activated-output.sigmoid
# hint: The outputs go through a sigmoid. Asked for are the model's raw outputs.
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model(x.to(device)).sigmoid()

# %% classes-for-outputs
# hint: The number of the largest output comes back for each sample. Asked for are the model's raw
# outputs.
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model(x.to(device)).argmax(dim=1)

# %% squeezed
# hint: Axes of length 1 are removed from the result. Its shape should be that of the model's outputs,
# also for one sample or one output.
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        return model(x.to(device)).squeeze()

# %% returns-nothing
# hint: Nothing is returned: the caller gets None in place of the model's answer.
def predict(model, x, device):
    model.to(device)
    with torch.no_grad():
        model(x.to(device))

# %% swapped-arguments
# hint: The arguments are taken in another order than they are passed: model, x, device.
def predict(x, model, device):
    model.to(device)
    with torch.no_grad():
        return model(x.to(device))

# %% leaves-settings-changed.default-device
# hint: The default device is changed for the whole notebook: every tensor that is made afterwards
# is there.
def predict(model, x, device):
    torch.set_default_device(device)
    model.to(device)
    with torch.no_grad():
        return model(x.to(device))
