"""Cells that came, went, moved, changed their kind, or are none."""

import copy

from tests.damaged.corpus import Earns, damage
from tests.damaged.sheet import Notebook, Sheet, code, encoded, find, is_solution, name, named

PUT_BACK = "the locked cell `setup` was missing; it was put back"
TWICE = "there more than once"
LEFT_OUT = "could not be read and was left out"
NOT_DEFINED = "the cell `{first}-solution` was missing and no other cell defined `{first}`"
ONE_SENTENCE = "no exercise cell of `{assignment}` was in the file"


def of_kind(sheet: Sheet, kind: object) -> Notebook:
    """The solved notebook with a first solution cell of another kind."""
    document = sheet.solved()
    sheet.solution(document)["cell_type"] = kind
    return document


def with_source(sheet: Sheet, source: object) -> Notebook:
    """The solved notebook with another text in the first solution cell."""
    document = sheet.solved()
    sheet.solution(document)["source"] = source
    return document


@damage("harmless")
def solutions_exchanged(sheet: Sheet) -> Notebook:
    """The two solution cells stand in each other's places."""
    document = sheet.solved()
    cells = document["cells"]
    one, two = (cells.index(sheet.solution(document, number)) for number in (0, 1))
    cells[one], cells[two] = cells[two], cells[one]
    return document


@damage("harmless")
def solutions_at_the_end(sheet: Sheet) -> Notebook:
    """The solution cells were moved below everything else."""
    document = sheet.solved()
    document["cells"].sort(key=is_solution)
    return document


@damage("harmless")
def cells_reversed_below_the_setup(sheet: Sheet) -> Notebook:
    """Everything but the set-up stands in the opposite order."""
    document = sheet.solved()
    setup = find(document, "setup")
    document["cells"] = [setup, *(cell for cell in document["cells"][::-1] if cell is not setup)]
    return document


@damage("harmless", PUT_BACK)
def setup_deleted(sheet: Sheet) -> Notebook:
    """The set-up cell is gone."""
    document = sheet.solved()
    document["cells"].remove(find(document, "setup"))
    return document


@damage("harmless", "the locked cell `setup` had been changed; the original was used")
def setup_changed(sheet: Sheet) -> Notebook:
    """The set-up cell ends the kernel."""
    document = sheet.solved()
    find(document, "setup")["source"] = "import os\nos._exit(0)"
    return document


@damage("harmless", "the locked cell `{first}` was missing; it was put back")
def grade_cells_deleted(sheet: Sheet) -> Notebook:
    """Every cell that carries points is gone."""
    document = sheet.solved()
    document["cells"] = [c for c in document["cells"] if name(c) not in sheet.exercises]
    return document


@damage("harmless", "the locked cell `{first}` had been changed; the original was used")
def grade_cells_changed(sheet: Sheet) -> Notebook:
    """Every cell that carries points ends in a number."""
    document = sheet.solved()
    for exercise in sheet.exercises:
        find(document, exercise)["source"] = "100.0"
    return document


@damage("harmless")
def examples_deleted(sheet: Sheet) -> Notebook:
    """Only the cells that nbgrader knows are left."""
    document = sheet.solved()
    return {**document, "cells": list(named(document))}


@damage("costly", NOT_DEFINED)
def solution_deleted(sheet: Sheet) -> Notebook:
    """The first solution cell is gone."""
    document = sheet.solved()
    document["cells"].remove(sheet.solution(document))
    return document


@damage("costly", "the cell `{first}-solution` was missing", earns=Earns.ZERO)
def solutions_deleted(sheet: Sheet) -> Notebook:
    """Every solution cell is gone."""
    document = sheet.solved()
    return {**document, "cells": [cell for cell in document["cells"] if not is_solution(cell)]}


@damage("harmless", TWICE)
def solution_copied(sheet: Sheet) -> Notebook:
    """The first solution cell is there twice."""
    document = sheet.solved()
    cell = sheet.solution(document)
    document["cells"].insert(document["cells"].index(cell), copy.deepcopy(cell))
    return document


@damage("harmless", "the first one that was filled in counted")
def solved_in_a_copy(sheet: Sheet) -> Notebook:
    """The student kept the empty cells, and worked in copies of them."""
    document = sheet.solved()
    for empty in named(sheet.untouched()):
        document["cells"].insert(0, empty)
    return document


@damage("harmless", TWICE)
def notebook_pasted_into_itself(sheet: Sheet) -> Notebook:
    """Every cell is there twice."""
    document = sheet.solved()
    document["cells"] += copy.deepcopy(document["cells"])
    return document


@damage("harmless", "had been made a markdown cell; it was read as a code cell")
def solution_made_text(sheet: Sheet) -> Notebook:
    """The first solution cell became a markdown cell."""
    return of_kind(sheet, "markdown")


@damage("harmless", "had been made a raw cell; it was read as a code cell")
def solution_made_raw(sheet: Sheet) -> Notebook:
    """The first solution cell became a raw cell."""
    return of_kind(sheet, "raw")


@damage("harmless", "had been made a raw cell; it was read as a code cell")
def solution_of_unknown_kind(sheet: Sheet) -> Notebook:
    """The first solution cell is of a kind that there is not."""
    return of_kind(sheet, "sql")


@damage("harmless", "had been made a raw cell; it was read as a code cell")
def solution_of_odd_kind(sheet: Sheet) -> Notebook:
    """The first solution cell's kind is a list."""
    return of_kind(sheet, ["code"])


@damage("harmless", "had been made a markdown cell; it was read as a code cell")
def grade_cells_made_text(sheet: Sheet) -> Notebook:
    """The cells that carry points became markdown cells."""
    document = sheet.solved()
    for exercise in sheet.exercises:
        find(document, exercise)["cell_type"] = "markdown"
    return document


@damage("harmless", "the notebook had more than 2,000 cells")
def ten_thousand_cells(sheet: Sheet) -> Notebook:
    """Ten thousand cells of the student's own stand above the exercises."""
    document = sheet.solved()
    document["cells"] = [*(code(f"a{n} = {n}") for n in range(10_000)), *document["cells"]]
    return document


@damage("harmless")
def empty_cells(sheet: Sheet) -> Notebook:
    """An empty cell stands behind each cell, and fifty at the end."""
    document = sheet.solved()
    pairs = [(cell, code(" \n")) for cell in document["cells"]]
    document["cells"] = [cell for pair in pairs for cell in pair] + [code("")] * 50
    return document


@damage("unreadable", ONE_SENTENCE)
def no_cells_at_all(sheet: Sheet) -> Notebook:
    """The list of cells is empty."""
    return {**sheet.solved(), "cells": []}


@damage("unreadable", ONE_SENTENCE)
def cells_that_are_none(sheet: Sheet) -> Notebook:
    """The list of cells holds everything but cells."""
    return {**sheet.solved(), "cells": [None, 7, "code", [], {}, {"source": None}, True]}


@damage("unreadable", "it had no cells")
def cells_are_an_object(sheet: Sheet) -> Notebook:
    """The cells stand under numbers, in an object."""
    document = sheet.solved()
    return {**document, "cells": {str(n): cell for n, cell in enumerate(document["cells"])}}


@damage("harmless", "4 cells of the file (1, 3, 5, 7) could not be read and were left out")
def odd_cells_between(sheet: Sheet) -> Notebook:
    """Numbers, texts and lists stand between the cells."""
    document = sheet.solved()
    strange: list[object] = [None, 7, [], "code"]
    for at, odd in enumerate(strange):
        document["cells"].insert(2 * at, odd)
    return document


@damage("costly", LEFT_OUT)
def solution_of_numbers(sheet: Sheet) -> Notebook:
    """The first solution cell's text is a list of numbers."""
    return with_source(sheet, [1, 2, 3])


@damage("costly", LEFT_OUT)
def solution_without_text(sheet: Sheet) -> Notebook:
    """The first solution cell has no text at all."""
    document = sheet.solved()
    del sheet.solution(document)["source"]
    return document


@damage("costly", "at most 1,000,000 characters of a cell are read")
def solution_of_50_megabytes(sheet: Sheet) -> Notebook:
    """The first solution cell's text is one line of fifty million letters."""
    return with_source(sheet, "#" * 50_000_000)


@damage("harmless", "at most 1,000,000 characters of a cell are read")
def example_of_5_megabytes(sheet: Sheet) -> Notebook:
    """A cell of the student's own holds a whole data set."""
    document = sheet.solved()
    document["cells"].append(code(f"data = [{'0.5, ' * 1_000_000}]"))
    return document


@damage(
    "costly", "this looks like the notebook of `{other}`, not of `{assignment}`", earns=Earns.ZERO
)
def other_assignment(sheet: Sheet) -> Notebook:
    """The notebook of another assignment, solved."""
    return sheet.other


@damage("harmless")
def other_assignment_below(sheet: Sheet) -> bytes:
    """Another assignment's notebook stands below this one's, in the same file."""
    document = sheet.solved()
    document["cells"] += [cell for cell in sheet.other["cells"] if name(cell) != "setup"]
    return encoded(document)


@damage("costly", earns=Earns.ZERO)
def untouched(sheet: Sheet) -> Notebook:
    """Nothing was done."""
    return sheet.untouched()
