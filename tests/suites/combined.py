"""Solutions with two listed mistakes at once: the base with the edits of both."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations, product

from autograder.errors import SuiteError
from autograder.judge.suite import suite_folder
from autograder.judge.variants import (
    BASE,
    MISCONCEPTIONS,
    VariantCell,
    apply_edit,
    read_variant_cells,
)

# Forms of different groups stand side by side in one solution.
COMBINED: Mapping[str, tuple[str, ...]] = {
    "training/train_step": (
        "left-in-eval extra-forward",
        "swapped-criterion hard-coded-loss squeeze-broadcast",
        (
            "no-zero zero-only-at-end zero-between-backward-and-step no-step no-backward "
            "double-step double-backward new-optimizer-inside"
        ),
        "mutates-batch eval-afterwards",
        "live-return returns-nothing loss-times-batch-size loss-after-step",
    ),
    "training/train_epoch": (
        "no-train-mode left-in-eval",
        "skips-last-batch first-batch-only",
        "batch-not-moved",
        "swapped-criterion hard-coded-loss",
        "no-zero zero-only-at-end zero-between-backward-and-step no-step no-backward double-step",
        "live-total",
        "batch-mean divided-by-batches sum-over-samples last-loss-returned",
    ),
    "autograd/dydx": (
        "truncates-x0 refuses-int",
        "squares-only-x one-outside-the-square",
        "returns-tensor returns-tuple returns-y truncated",
    ),
    "autograd/squared_mean_grad": (
        "marks-values double-precision",
        "sum-for-mean square-of-mean mean-without-square root-mean-square",
        "swapped-pair gradient-alone x-without-grad returns-loss gradient-in-a-tuple",
    ),
    "losses/compute_loss": (
        "summed.regression absolute-error half-square",
        "sigmoid-before-bce-logits bce-on-logits sigmoid-then-bce minus-forgotten.binary",
        "softmax-before-ce softmax-over-samples nll-on-logits nll-on-probabilities",
        "unknown-task-accepted",
    ),
    "losses/probabilities": (
        "naive-exp.binary logits-returned.binary sigmoid-twice softmax-on-one-column",
        "softmax-over-samples sigmoid-for-classes softmax-twice logarithms",
        "unknown-task-accepted",
        "carries-graph percent",
    ),
}
# One of them sums up what the other leaves out of the sum.
APART = {("live-total", "batch-mean"), ("live-total", "last-loss-returned")}
# Where the listed form changes lines that others change as well: another form of the mistake.
OTHER_FORMS: Mapping[str, Mapping[str, str]] = {
    "training/train_epoch": {
        "skips-last-batch": "-    for x, y in loader:\n+    for x, y in list(loader)[:-1]:\n",
        "first-batch-only": (
            "-    for x, y in loader:\n+    for _, (x, y) in zip(range(1), loader):\n"
        ),
    },
    "autograd/squared_mean_grad": {
        "returns-loss": "-    return x, x.grad\n+    return x, (x**2).mean()\n",
        "gradient-in-a-tuple": "-    return x, x.grad\n+    return x, (x.grad,)\n",
    },
    "losses/probabilities": {
        "softmax-on-one-column": (
            "-        return torch.sigmoid(logits)\n+        return logits.softmax(dim=1)\n"
        ),
        "unknown-task-accepted": "-    raise ValueError(task)\n+    return logits\n",
        "percent": (
            "+def percent(share):\n+    return lambda *given: 100 * share(*given)\n+\n+@percent\n"
            " def probabilities(task, logits):\n"
        ),
    },
}


def pairs(exercise: str) -> Iterator[tuple[str, str, str]]:
    """(one mistake, another, the solution with both)."""
    for one_group, other_group in combinations(map(str.split, COMBINED[exercise]), 2):
        for one, other in product(one_group, other_group):
            if (one, other) not in APART:
                yield _name(one), _name(other), combined(exercise, one, other)


def combined(exercise: str, *forms: str) -> str:
    """The base with these forms' edits: in this order, or the other where one hides a place."""
    try:
        return _edited(exercise, forms)
    except SuiteError:
        return _edited(exercise, forms[::-1])


def _name(form: str) -> str:
    return form.partition(".")[0]


def _edited(exercise: str, forms: tuple[str, ...]) -> str:
    cells = read_variant_cells(suite_folder(exercise) / MISCONCEPTIONS)
    source = cells[BASE].source
    for form in forms:
        other = OTHER_FORMS.get(exercise, {}).get(form)
        for edit in [other] if other else _edits(cells, form):
            source = apply_edit(source, edit, where=f"{exercise}, {' and '.join(forms)}")
        source = replace(cells[form], source=source).forms()[0].source
    return source


def _edits(cells: Mapping[str, VariantCell], form: str) -> list[str]:
    """What leads from the base to the form."""
    cell = cells[form]
    return [*_edits(cells, cell.origin), cell.edit] if form != BASE else []
