"""Examines this machine: which layers of confinement work, and what follows. Trusted side.

``autograder doctor`` shows it. Nothing that only Linux has is imported before we know that this
is Linux: on any other system the answer is a table as well.
"""

import json
import platform
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from autograder.model.limits import Limits
from autograder.model.verdict import Confinement
from autograder.sandbox.inside.confinement_layers import LOST, MENDS

REFUSED = "refused"
_OPTIONAL = frozenset({"group memory"})


class State(StrEnum):
    """Of a layer."""

    WORKS = "works"
    MISSING = "missing"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Layer:
    """What was found about one layer.

    Attributes:
        name: As refusals name it.
        state: Whether it works here.
        found: What was found, or why it does not work.
        lost: What would not hold without it.
        mend: How to get it; empty when there is nothing to mend.
        is_optional: Whether grading at the full level goes without.
    """

    name: str
    state: State
    found: str
    lost: str
    mend: str
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found about this machine.

    Attributes:
        level: ``full``, ``reduced`` or ``refused``.
        reason: Why it is not the full one, in a sentence.
        layers: One after the other, in the order in which a fork sets them up.
    """

    level: str
    reason: str
    layers: tuple[Layer, ...]

    def grades(self, *, allow_reduced: bool) -> bool:
        """Whether ``autograder grade`` would grade here."""
        return self.level == Confinement.FULL or (
            allow_reduced and self.level == Confinement.REDUCED
        )

    def to_json(self) -> str:
        """Sorted keys, ending in a newline."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def examine(*, hidden: Iterable[Path] = (), limits: Limits) -> Examination:
    """Try every layer by itself, then all of them together.

    Args:
        hidden: What no student may see.
        limits: What one submission may use.
    """
    if sys.platform != "linux":
        return _elsewhere()
    from autograder.sandbox.confinement_level import refusal_of
    from autograder.sandbox.doctor.probes import PROBES, tried

    layers = [_layer(name, *tried(name, limits)) for name in PROBES]
    places = tuple(hidden)
    full = refusal_of(Confinement.FULL, hidden=places, limits=limits)
    layers.append(_layer("self-test", not full, full))
    if not full:
        return Examination(Confinement.FULL, "", tuple(layers))
    reduced = refusal_of(Confinement.REDUCED, hidden=places, limits=limits)
    layers.append(_layer("reduced level", not reduced, reduced))
    if not reduced:
        return Examination(Confinement.REDUCED, full, tuple(layers))
    return Examination(REFUSED, reduced, tuple(layers))


def _elsewhere() -> Examination:
    system = platform.system() or sys.platform
    found = f"this is {system}; student code can be confined on Linux only"
    first = Layer("platform", State.MISSING, found, LOST["platform"], MENDS["platform"])
    rest = (
        Layer(name, State.NOT_TRIED, "", lost, "")
        for name, lost in LOST.items()
        if name not in {"platform", "reduced level"}
    )
    return Examination(REFUSED, f"{found}; {MENDS['platform']}", (first, *rest))


def _layer(name: str, works: bool, found: str) -> Layer:  # noqa: FBT001 - it is what was found
    return Layer(
        name=name,
        state=State.WORKS if works else State.MISSING,
        found=found,
        lost=LOST[name],
        mend="" if works else MENDS[name],
        is_optional=name in _OPTIONAL,
    )


def conclusion(examination: Examination, *, allow_reduced: bool) -> str:
    """What follows for grading, in one paragraph."""
    missing = [
        layer.name
        for layer in examination.layers
        if layer.state is State.MISSING and not layer.is_optional
    ]
    if examination.level == Confinement.FULL:
        return "level: full. `autograder grade` works here."
    if examination.level == Confinement.REDUCED:
        what = "allowed by --allow-reduced" if allow_reduced else "refused without --allow-reduced"
        return (
            f"level: reduced ({what}). Missing: {', '.join(missing)}. {examination.reason}. "
            "`autograder grade --allow-reduced` would grade here, and its results would say so."
        )
    return f"level: refused, even with --allow-reduced. {examination.reason}."


def show(examination: Examination, *, allow_reduced: bool) -> None:
    """Print the table and what follows from it, to standard output."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("layer", "state", "lost without it", "mend", show_lines=True)
    colours = {State.WORKS: "green", State.MISSING: "red", State.NOT_TRIED: "yellow"}
    for layer in examination.layers:
        optional = " (optional)" if layer.is_optional and layer.state is not State.WORKS else ""
        found = f": {layer.found}" if layer.found else ""
        state = f"[{colours[layer.state]}]{layer.state}[/]{optional}{escape(found)}"
        table.add_row(layer.name, state, escape(layer.lost), escape(layer.mend))
    console = Console(highlight=False)
    wide = Console(highlight=False, width=None if console.is_terminal else 140)
    wide.print(table)
    wide.print(escape(conclusion(examination, allow_reduced=allow_reduced)), soft_wrap=True)
