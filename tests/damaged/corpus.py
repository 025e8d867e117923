"""Damaged and hostile submissions: what each is, what it earns, and what its row must say.

Every entry is one small function that damages a real submission. Its name is the student's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Literal

from tests.damaged.sheet import Notebook, Sheet, encoded

FAMILIES = ("claims", "cells", "outputs", "content", "places")
Kind = Literal["harmless", "costly", "unreadable"]
Builder = Callable[[Sheet], Notebook | bytes]
Placer = Callable[[Sheet, Path], None]


class Earns(StrEnum):
    """What a damaged submission is worth."""

    FULL = "full"
    REST = "everything but the first exercise"
    ZERO = "zero"


@dataclass(frozen=True, slots=True)
class Damage:
    """One damaged submission.

    Attributes:
        name: Its function's name; the student's folder is called like it.
        what: One sentence.
        kind: Whether it may cost anything.
        earns: What is left of the right submission's points.
        says: What the row's problems must contain; empty when there must be none. May name
            ``{assignment}``, ``{first}`` (exercise) and ``{other}`` (assignment).
        place: Puts it into the submission's folder, which is there and empty.
        student: The folder's name, where that is what is odd.
    """

    name: str
    what: str
    kind: Kind
    earns: Earns
    says: str
    place: Placer
    student: str


_ENTRIES: list[Damage] = []


def damage(
    kind: Kind, says: str = "", *, earns: Earns | None = None
) -> Callable[[Builder], Builder]:
    """Add a builder of a notebook, or of a file's bytes, to the corpus."""

    def add(build: Builder) -> Builder:
        def place(sheet: Sheet, folder: Path) -> None:
            built = build(sheet)
            content = built if isinstance(built, bytes) else encoded(built)
            (folder / f"{sheet.assignment}.ipynb").write_bytes(content)

        _add(build, place, kind, says, earns)
        return build

    return add


def placed(
    kind: Kind, says: str = "", *, earns: Earns | None = None, student: str = ""
) -> Callable[[Placer], Placer]:
    """Add a function that fills a submission's folder to the corpus."""

    def add(place: Placer) -> Placer:
        _add(place, place, kind, says, earns, student)
        return place

    return add


def _add(
    function: Callable[..., object],
    place: Placer,
    kind: Kind,
    says: str,
    earns: Earns | None,
    student: str = "",
) -> None:
    usual = {"harmless": Earns.FULL, "costly": Earns.REST, "unreadable": Earns.ZERO}
    _ENTRIES.append(
        Damage(
            name=function.__name__,
            what=str(function.__doc__),
            kind=kind,
            earns=earns or usual[kind],
            says=says,
            place=place,
            student=student or function.__name__.replace("_", "-"),
        )
    )


def corpus() -> tuple[Damage, ...]:
    """Every entry, in the order of the files."""
    for family in FAMILIES:
        import_module(f"tests.damaged.{family}")
    return tuple(_ENTRIES)
