"""What a student reads at home is true: from public inputs alone, no mistake is named falsely.

Public scenarios show less than all of them: a name may be lost at home, never a false one given.
"""

import re
from collections.abc import Iterator

from autograder.checks.advice import Advice, advise
from tests.suites.combined import COMBINED, pairs
from tests.suites.test_fairness import per_exercise, variants
from tests.suites.test_wild import LINE, WILD
from tests.suites.workbench import at_home, for_each

# Solutions that get another name at home than in the grade, which is true of them all the same.
TRUE_AS_WELL = {
    # Both mistakes are made, and only this one shows on public inputs, or costs more in its checks.
    "swapped-and-live": "live-return",
    "no-train-and-batch-mean": "batch-mean",
    "tutorial-as-it-stands": "batch-mean",
    "live-and-falls-through": "carries-graph",
    # step() runs before backward(), and before the forward pass as well.
    "step-first": "step-before-backward",
    # The loop is one over samples.
    "one-update-a-sample": "many-steps",
    # Along dim 1, only with another epsilon, which shows on hidden inputs.
    "layer-norm": "wrong-dim",
    # Any other task is treated as one of the three, and not as the listed mistake treats it.
    "else-is-multiclass": "unknown-task-accepted",
}
# marks-values asks for gradients of the values that were passed in, and detach() hides that they
# are what was returned: they are left marked.
_OTHER_PAIRS = {("marks-values", "x-without-grad"): "leaves-flag-on"}

# The loss after a step takes a second prediction.
_COMES_WITH = {"loss-after-step": ["extra-forward"]}


def told_at_home(exercise: str, source: str) -> Advice:
    """What the self-check says."""
    bench = at_home(exercise)
    actual = bench.observe(source)
    case = bench.attempt(actual, bench.verdict(actual).checks, source)
    return advise(case, bench.look_alikes, signatures=bench.signatures)


def wrong_solutions(exercise: str) -> Iterator[tuple[str, str, list[str]]]:
    """Its id, the cell, and the names of which any will do; ``none`` for none."""
    for variant in variants(exercise, "wrong"):
        yield variant.id, variant.source, [variant.hint]
    for path in sorted((WILD / exercise.split("/")[1]).glob("*.py")):
        cell = path.read_text(encoding="utf-8")
        yield path.stem, cell, dict(LINE.findall(cell)).get("names", "none").split()


@per_exercise
def test_no_name_is_false(exercise: str) -> None:
    """It is true that whoever gets a name at home gets the one that the grade may give."""
    wrong = {
        name: (told, wanted)
        for name, source, wanted in wrong_solutions(exercise)
        if (told := told_at_home(exercise, source).diagnosis) not in (None, *wanted)
        and TRUE_AS_WELL.get(name) != told
    }
    assert wrong == {}


@for_each(COMBINED)
def test_of_two_mistakes_none_is_a_third(exercise: str) -> None:
    """It is true that both names that are told are those of mistakes that are made."""
    third = {}
    for one, other, source in pairs(exercise):
        advice = told_at_home(exercise, source)
        told = {advice.diagnosis, *re.findall("And there is “(.*?)”", advice.hint or "")}
        made = {one, other, None, _OTHER_PAIRS.get((one, other)), *_COMES_WITH.get(other, ())}
        if not told <= made:
            third[one, other] = told
    assert third == {}


def test_a_forgotten_item_is_told_beside_left_over_gradients() -> None:
    """It is true that both of the two commonest mistakes are told at home."""
    source = (
        "def train_step(model, optimizer, criterion, x_batch, y_batch):\n"
        "    loss = criterion(model(x_batch), y_batch)\n"
        "    loss.backward()\n"
        "    optimizer.step()\n"
        "    return loss\n"
    )
    advice = told_at_home("training/train_step", source)
    assert advice.diagnosis == "no-zero"
    assert "And there is “live-return”" in str(advice.hint)
