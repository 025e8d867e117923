# verdict: wrong
# names: global-grad-off
# spares: test_returns_the_loss test_builds_no_graph test_evaluates_in_evaluation_mode
import torch


def evaluate(model, loader, criterion, device):
    torch.set_grad_enabled(False)
    model.eval()
    total, right, count = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        logits = model(x)
        total += criterion(logits, y).item() * len(y)
        right += (logits.argmax(1) == y).sum().item()
        count += len(y)
    return total / count, right / count
