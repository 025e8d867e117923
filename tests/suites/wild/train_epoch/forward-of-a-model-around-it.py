# verdict: right
def train_epoch(model, loader, criterion, optimizer, device):
    class Net(torch.nn.Module):
        def __init__(self, net):
            super().__init__()
            self.net = net
        def forward(self, x):
            return self.net.forward(x)
    net = Net(model).train()
    s = k = 0
    for a, b in loader:
        a, b = a.to(device), b.to(device)
        optimizer.zero_grad()
        e = criterion(net.forward(a), b)
        e.backward()
        optimizer.step()
        s, k = s + e.item() * len(a), k + len(a)
    return s / k
