# verdict: wrong
# names: leaves-settings-changed
# says: the default device
# spares: test_predicts test_answers_on_the_device test_leaves_the_model_trainable
import torch


def predict(model, x, device):
    torch.set_default_device(device)
    model = model.to(device).eval()
    with torch.inference_mode():
        return model(x.to(device)).clone()
