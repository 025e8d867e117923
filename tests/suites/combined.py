"""Solutions with two listed mistakes at once, put together from a template and its choices.

Every choice but the first of a slot is a listed mistake by its name; two of different slots stand
side by side in one solution.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from textwrap import indent

RIGHT = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A solution with slots.

    Attributes:
        text: The cell, with a line ``    <name>`` for each slot.
        slots: Slot → the mistake's name, or RIGHT → what stands there.
    """

    text: str
    slots: Mapping[str, Mapping[str, str]]

    def pairs(self) -> Iterator[tuple[str, str, str]]:
        """(one mistake, another, the solution with both)."""
        for first, second in combinations(self.slots, 2):
            for one in self.slots[first]:
                for other in self.slots[second]:
                    if RIGHT not in (one, other):
                        yield one, other, self.filled({first: one, second: other})

    def filled(self, chosen: Mapping[str, str]) -> str:
        """The solution with these choices, and the right ones elsewhere."""
        text = self.text
        for slot, choices in self.slots.items():
            line = next(line for line in text.splitlines() if line.strip() == f"<{slot}>")
            lines = indent(choices[chosen.get(slot, RIGHT)], line[: line.index("<")])
            text = text.replace(line, lines)
        return text


_STEP = {
    RIGHT: "optimizer.zero_grad()\nloss.backward()\noptimizer.step()",
    "no-zero": "loss.backward()\noptimizer.step()",
    "zero-only-at-end": "loss.backward()\noptimizer.step()\noptimizer.zero_grad()",
    "zero-between-backward-and-step": "loss.backward()\noptimizer.zero_grad()\noptimizer.step()",
    "no-step": "optimizer.zero_grad()\nloss.backward()",
    "no-backward": "optimizer.zero_grad()\noptimizer.step()",
    "double-step": "optimizer.zero_grad()\nloss.backward()\noptimizer.step()\noptimizer.step()",
    "double-backward": (
        "optimizer.zero_grad()\nloss.backward(retain_graph=True)\nloss.backward()\noptimizer.step()"
    ),
    "new-optimizer-inside": (
        "optimizer = torch.optim.SGD(model.parameters(), lr=0.01)\n"
        "optimizer.zero_grad()\nloss.backward()\noptimizer.step()"
    ),
}
TRAIN_STEP = Template(
    "def train_step(model, optimizer, criterion, x_batch, y_batch):\n"
    "    <before>\n"
    "    <loss>\n"
    "    <step>\n"
    "    <after>\n"
    "    <end>\n",
    {
        "before": {
            RIGHT: "pass",
            "left-in-eval": "model.eval()",
            "extra-forward": "model(x_batch)",
        },
        "loss": {
            RIGHT: "loss = criterion(model(x_batch), y_batch)",
            "swapped-criterion": "loss = criterion(y_batch, model(x_batch))",
            "hard-coded-loss": "loss = nn.functional.mse_loss(model(x_batch), y_batch)",
            "squeeze-broadcast": "loss = criterion(model(x_batch).squeeze(), y_batch)",
        },
        "step": _STEP,
        "after": {
            RIGHT: "pass",
            "mutates-batch": "x_batch -= x_batch.mean()",
            "eval-afterwards": "model.eval()",
        },
        "end": {
            RIGHT: "return loss.item()",
            "live-return": "return loss",
            "returns-nothing": "loss.item()",
            "loss-times-batch-size": "return loss.item() * len(x_batch)",
            "loss-after-step": (
                "with torch.no_grad():\n    return criterion(model(x_batch), y_batch).item()"
            ),
        },
    },
)
TRAIN_EPOCH = Template(
    "def train_epoch(model, loader, criterion, optimizer, device):\n"
    "    <before>\n"
    "    total, means, count, batches, last = 0.0, 0.0, 0, 0, 0.0\n"
    "    <loop>\n"
    "        <move>\n"
    "        <loss>\n"
    "        <step>\n"
    "        <add>\n"
    "        means, count, batches = means + loss.item(), count + len(x), batches + 1\n"
    "        last = loss.item()\n"
    "    <end>\n",
    {
        "before": {RIGHT: "model.train()", "no-train-mode": "pass", "left-in-eval": "model.eval()"},
        "loop": {
            RIGHT: "for x, y in loader:",
            "skips-last-batch": "for x, y in list(loader)[:-1]:",
            "first-batch-only": "for _, (x, y) in zip(range(1), loader):",
        },
        "move": {RIGHT: "x, y = x.to(device), y.to(device)", "batch-not-moved": "pass"},
        "loss": {
            RIGHT: "loss = criterion(model(x), y)",
            "swapped-criterion": "loss = criterion(y, model(x))",
            "hard-coded-loss": "loss = nn.functional.mse_loss(model(x), y)",
        },
        "step": {
            name: lines
            for name, lines in _STEP.items()
            if name not in {"double-backward", "new-optimizer-inside"}
        },
        "add": {RIGHT: "total += loss.item() * len(x)", "live-total": "total += loss * len(x)"},
        "end": {
            RIGHT: "return total / max(count, 1)",
            "batch-mean": "return means / max(batches, 1)",
            "divided-by-batches": "return total / max(batches, 1)",
            "sum-over-samples": "return total",
            "last-loss-returned": "return last",
        },
    },
)
DYDX = Template(
    "def dydx(x0):\n    <x>\n    <y>\n    <end>\n",
    {
        "x": {
            RIGHT: "x = torch.tensor(float(x0), requires_grad=True)",
            "truncates-x0": "x = torch.tensor(float(int(x0)), requires_grad=True)",
            "refuses-int": "x = torch.tensor(x0, requires_grad=True)",
        },
        "y": {
            RIGHT: "y = (3 * x + 1) ** 2",
            "squares-only-x": "y = 3 * x**2 + 1",
            "one-outside-the-square": "y = (3 * x) ** 2 + 1",
        },
        "end": {
            RIGHT: "y.backward()\nreturn x.grad.item()",
            "returns-tensor": "y.backward()\nreturn x.grad",
            "returns-tuple": "return torch.autograd.grad(y, x)",
            "returns-y": "y.backward()\nreturn y.item()",
            "truncated": "y.backward()\nreturn float(int(x.grad))",
        },
    },
)
SQUARED_MEAN_GRAD = Template(
    "def squared_mean_grad(values):\n    <x>\n    <y>\n    <end>\n",
    {
        "x": {
            RIGHT: "x = values.clone().requires_grad_(True)",
            "marks-values": "values.requires_grad_(True)\nx = values",
            "double-precision": "x = values.double().requires_grad_(True)",
        },
        "y": {
            RIGHT: "y = (x**2).mean()",
            "sum-for-mean": "y = (x**2).sum()",
            "square-of-mean": "y = x.mean() ** 2",
            "mean-without-square": "y = x.mean()",
            "root-mean-square": "y = (x**2).mean().sqrt()",
        },
        "end": {
            RIGHT: "y.backward()\nreturn x, x.grad",
            "swapped-pair": "y.backward()\nreturn x.grad, x",
            "gradient-alone": "y.backward()\nreturn x.grad",
            "returns-loss": "y.backward()\nreturn x, y",
            "x-without-grad": "y.backward()\nreturn x.detach(), x.grad",
            "gradient-in-a-tuple": "return x, torch.autograd.grad(y, x)",
        },
    },
)
COMPUTE_LOSS = Template(
    "def compute_loss(task, logits, target):\n"
    "    if task == 'regression':\n"
    "        <regression>\n"
    "    if task == 'binary':\n"
    "        <binary>\n"
    "    if task == 'multiclass':\n"
    "        <multiclass>\n"
    "    <other>\n",
    {
        "regression": {
            RIGHT: "return nn.functional.mse_loss(logits, target)",
            "summed": "return nn.functional.mse_loss(logits, target, reduction='sum')",
            "absolute-error": "return nn.functional.l1_loss(logits, target)",
            "half-square": "return nn.functional.mse_loss(logits, target) / 2",
        },
        "binary": {
            RIGHT: "return nn.functional.binary_cross_entropy_with_logits(logits, target)",
            "sigmoid-before-bce-logits": (
                "p = logits.sigmoid()\n"
                "return nn.functional.binary_cross_entropy_with_logits(p, target)"
            ),
            "bce-on-logits": "return nn.functional.binary_cross_entropy(logits, target)",
            "sigmoid-then-bce": (
                "return nn.functional.binary_cross_entropy(logits.sigmoid(), target)"
            ),
            "minus-forgotten": (
                "return -nn.functional.binary_cross_entropy_with_logits(logits, target)"
            ),
        },
        "multiclass": {
            RIGHT: "return nn.functional.cross_entropy(logits, target)",
            "softmax-before-ce": "return nn.functional.cross_entropy(logits.softmax(1), target)",
            "softmax-over-samples": "return nn.functional.nll_loss(logits.log_softmax(0), target)",
            "nll-on-logits": "return nn.functional.nll_loss(logits, target)",
            "nll-on-probabilities": "return nn.functional.nll_loss(logits.softmax(1), target)",
        },
        "other": {RIGHT: "raise ValueError(task)", "unknown-task-accepted": "return None"},
    },
)
PROBABILITIES = Template(
    "def probabilities(task, logits):\n"
    "    if task == 'binary':\n"
    "        <binary>\n"
    "    elif task == 'multiclass':\n"
    "        <multiclass>\n"
    "    else:\n"
    "        <other>\n"
    "    <end>\n",
    {
        "binary": {
            RIGHT: "p = logits.sigmoid()",
            "naive-exp": "p = logits.exp() / (1 + logits.exp())",
            "logits-returned": "p = logits",
            "sigmoid-twice": "p = logits.sigmoid().sigmoid()",
            "softmax-on-one-column": "p = logits.softmax(1)",
        },
        "multiclass": {
            RIGHT: "p = logits.softmax(1)",
            "softmax-over-samples": "p = logits.softmax(0)",
            "sigmoid-for-classes": "p = logits.sigmoid()",
            "softmax-twice": "p = logits.softmax(1).softmax(1)",
            "logarithms": "p = logits.log_softmax(1)",
        },
        "other": {RIGHT: "raise ValueError(task)", "unknown-task-accepted": "return logits"},
        "end": {
            RIGHT: "return p.detach()",
            "carries-graph": "return p",
            "percent": "return 100 * p.detach()",
        },
    },
)
COMBINED: Mapping[str, Template] = {
    "training/train_step": TRAIN_STEP,
    "training/train_epoch": TRAIN_EPOCH,
    "autograd/dydx": DYDX,
    "autograd/squared_mean_grad": SQUARED_MEAN_GRAD,
    "losses/compute_loss": COMPUTE_LOSS,
    "losses/probabilities": PROBABILITIES,
}
