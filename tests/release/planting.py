"""What the tests of the leak check add to a release, and the release itself."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.judge.assignment import load_assignment
from autograder.judge.suite import seeded
from autograder.model.observation import Observation
from autograder.probe.observation_file import write_observations

PROJECT = Path(__file__).parents[2]
NOTEBOOK = "training.ipynb"
SOLVED = """\
optimizer.zero_grad()
prediction = model(x_batch)
loss = criterion(prediction, y_batch)
loss.backward()
optimizer.step()
return loss.item()
"""
RENAMED = '''\
def my_step(net, opt, loss_function, inputs: "Tensor", labels) -> float:
    """Train."""
    opt.zero_grad()  # away with the old ones

    out: object = net(
        inputs,
    )
    error = loss_function((out), labels)
    # now backward
    error.backward(); opt.step()
    return error.item()
'''
HIGHLIGHTED = "".join(
    f'<div><span class="n">{line.replace("(", "</span><span>(")}</span></div>\n'
    for line in SOLVED.splitlines()
)
TRACED = "".join(f"----> {number} {line}\n" for number, line in enumerate(SOLVED.splitlines(), 7))
Notebook = dict[str, Any]


def recordings(name: str, folder: Path) -> Path:
    """The readable half of what a release records, and one observation an exercise."""
    assignment = load_assignment(name, PROJECT / f"assignments/{name}/{name}.ipynb")
    for suite in assignment.suites:
        place = folder / "recorded" / suite.key
        place.mkdir(parents=True)
        public = [one for one in seeded(suite.key, suite.scenarios, b"public") if not one.hidden]
        document = {
            "exercise": suite.key,
            "seeds": {one.name: one.seed for one in public},
            "hints": {one.id: one.hint for one in suite.misconceptions},
        }
        (place / "exercise.json").write_text(json.dumps(document, indent=1))
        seen = {one.name: Observation(one.name, {"value": 1.0}) for one in public}
        write_observations(place / "observations", {"expected": seen})
    return folder / "recorded"


def edit(release: Path, change: Callable[[Notebook], object]) -> None:
    """Change the released notebook."""
    path = release / NOTEBOOK
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def show(text: str, media: str = "text/plain") -> list[Notebook]:
    """An output that shows the text."""
    data = {media: text.splitlines(keepends=True)}
    return [{"output_type": "display_data", "data": data, "metadata": {}}]
