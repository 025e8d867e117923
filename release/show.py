"""``release show``: known solutions of an exercise, each whole. In the operator's process.

It reads answers and runs none. What it prints is in the format of ``accepted.py``, which notebook
editors know as cells: to read, to run, or to write a new one from.
"""

import re
import textwrap

from autograder.errors import UsageError
from autograder.judge.suite import suite_folder
from autograder.judge.variants import MISCONCEPTIONS, read_variants
from autograder.model.exercise import Variant


def show(key: str, name: str = "") -> str:
    """The variant of ``assignment/exercise`` that has this name, or its forms; without one, all.

    Raises:
        UsageError: There is no such exercise, or no such name in it.
        SuiteError: A file of the suite cannot be read.
    """
    folder = suite_folder(key)
    if not (folder / MISCONCEPTIONS).is_file():
        raise UsageError(
            f"{key!r} names no exercise that has a suite; give ASSIGNMENT/EXERCISE, as in "
            "training/train_step."
        )
    known = [v for file in ("accepted.py", MISCONCEPTIONS) for v in read_variants(folder / file)]
    is_form = re.compile(rf"{re.escape(name)}(\..*|-\d+)")
    chosen = [v for v in known if not name or v.id == name]
    chosen = chosen or [v for v in known if is_form.fullmatch(v.id)]
    if not chosen:
        raise UsageError(
            f"{key} has neither a misconception nor an accepted variant called {name!r}; "
            f"`release show {key}` prints all there are."
        )
    return "\n".join(map(_cell, chosen))


def _cell(variant: Variant) -> str:
    hint = textwrap.fill(
        variant.hint, 100, initial_indent="# hint: ", subsequent_indent="# ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return "\n".join(filter(None, (f"# %% {variant.id}", hint, variant.source)))
