# verdict: wrong
# names: numpy-of-gpu
# says: the model wants a tensor
def predict(net, inputs, where):
    net.to(where).eval()
    array = inputs.to(where).numpy()
    with torch.inference_mode():
        outputs = net(array)
    return outputs
