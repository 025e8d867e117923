"""What Jupyter keeps beside the texts: outputs, counts, attachments, ids, formats. None counts."""

from typing import Any

import nbformat

from tests.damaged.corpus import Earns, damage
from tests.damaged.sheet import Notebook, Sheet, encoded, is_solution, named

FORMAT = "the file gave its `nbformat` as"
SCRIPT = "<script>alert('canary')</script>"
ODD: list[Any] = [
    None,
    3,
    {},
    [None],
    [3],
    [{}],
    [{"output_type": ["stream"]}],
    [{"output_type": "error"}],
]


def with_outputs(sheet: Sheet, outputs: Any) -> Notebook:
    """The solved notebook with these outputs in every code cell."""
    document = sheet.solved()
    for cell in document["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = outputs
    return document


def with_ids(sheet: Sheet, *ids: Any) -> Notebook:
    """The solved notebook with these ids, in turn; without any where none are given."""
    document = sheet.solved()
    for number, cell in enumerate(document["cells"]):
        del cell["id"]
        if ids:
            cell["id"] = ids[number % len(ids)]
    return document


def of_format(sheet: Sheet, minor: Any) -> Notebook:
    """The solved notebook in an older or newer minor format."""
    return {**with_ids(sheet), "nbformat_minor": minor}


@damage("harmless")
def outputs_cleared(sheet: Sheet) -> Notebook:
    """No outputs and no counts, not even empty ones."""
    document = sheet.solved()
    for cell in document["cells"]:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
    return document


@damage("harmless")
def outputs_of_odd_types(sheet: Sheet) -> Notebook:
    """Outputs that are none."""
    document = sheet.solved()
    for number, cell in enumerate(document["cells"]):
        cell["outputs"], cell["execution_count"] = ODD[number % len(ODD)], {"a": -1}
    return document


@damage("harmless")
def outputs_of_50_megabytes(sheet: Sheet) -> Notebook:
    """One cell has printed fifty million letters, full of commas and brackets."""
    document = sheet.solved()
    text = "[0.25, 0.5], " * 4_000_000
    find_code = next(cell for cell in document["cells"] if cell["cell_type"] == "code")
    find_code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
    return document


@damage("harmless")
def outputs_with_scripts(sheet: Sheet) -> Notebook:
    """Every output is a page with a script."""
    data = {
        "text/html": SCRIPT,
        "application/javascript": "alert('canary')",
        "image/svg+xml": SCRIPT,
    }
    return with_outputs(sheet, [{"output_type": "display_data", "data": data, "metadata": {}}])


@damage("harmless")
def outputs_with_scores(sheet: Sheet) -> Notebook:
    """Every cell shows a thousand points, as nbgrader reads them."""
    data = {"text/plain": "1000.0"}
    kind = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
    return with_outputs(sheet, [{**kind, "data": data}])


@damage("harmless")
def attachments_of_odd_types(sheet: Sheet) -> Notebook:
    """Attachments that are none, and one that would be a script in a page."""
    document = sheet.solved()
    odd = [None, 5, {"a": 3}, {"a.png": {"image/png": f'"{SCRIPT}'}}, {"": {"image/png": ["x"]}}]
    for number, cell in enumerate(document["cells"]):
        cell["attachments"] = odd[number % len(odd)]
    return document


@damage("harmless")
def ids_missing(sheet: Sheet) -> Notebook:
    """The cells of a file of format 4.5 have no ids."""
    return with_ids(sheet)


@damage("harmless")
def ids_repeated(sheet: Sheet) -> Notebook:
    """All cells have one id."""
    return with_ids(sheet, "same")


@damage("harmless")
def ids_too_long(sheet: Sheet) -> bytes:
    """Ids of ten thousand letters, of none, and of half a character."""
    odd = with_ids(sheet, "x" * 10_000, "", " ", "../..", "\ud800")
    return encoded(odd, ensure_ascii=True)


@damage("harmless")
def ids_of_odd_types(sheet: Sheet) -> Notebook:
    """Ids that are no text."""
    return with_ids(sheet, None, 3, [], {}, 1.5)


@damage("harmless")
def ids_of_other_cells(sheet: Sheet) -> Notebook:
    """Each cell has the id of another one; nbgrader's names are right."""
    document = sheet.solved()
    ids = [cell["id"] for cell in document["cells"]]
    for cell, other in zip(document["cells"], ids[::-1], strict=True):
        cell["id"] = other
    return document


@damage("harmless")
def format_4_0(sheet: Sheet) -> Notebook:
    """The first minor format, of 2015."""
    return of_format(sheet, 0)


@damage("harmless")
def format_4_1(sheet: Sheet) -> Notebook:
    """An old minor format."""
    return of_format(sheet, 1)


@damage("harmless")
def format_4_4(sheet: Sheet) -> Notebook:
    """The last minor format without ids."""
    return of_format(sheet, 4)


@damage("harmless")
def format_4_99(sheet: Sheet) -> Notebook:
    """A minor format from the future."""
    return of_format(sheet, 99)


@damage("harmless")
def format_4_of_no_minor(sheet: Sheet) -> Notebook:
    """The minor format is missing."""
    document = sheet.solved()
    del document["nbformat_minor"]
    return document


@damage("harmless")
def format_3(sheet: Sheet) -> bytes:
    """The format of before 2015, as Jupyter's own converter writes it."""
    document = nbformat.from_dict(sheet.solved())
    return encoded(nbformat.v3.nbbase.from_dict(nbformat.convert(document, 3)))


@damage("harmless", "the `{first}` that another cell defines was graded")
def format_2(sheet: Sheet) -> Notebook:
    """The format of 2011, which knew no metadata of cells."""
    cells = []
    for cell in sheet.solved()["cells"]:
        text = (
            {"input": cell["source"]} if cell["cell_type"] == "code" else {"source": cell["source"]}
        )
        cells.append({"cell_type": cell["cell_type"], **text})
    return {"metadata": {"name": ""}, "nbformat": 2, "worksheets": [{"cells": cells}]}


@damage("harmless", f"{FORMAT} `5`")
def format_5(sheet: Sheet) -> Notebook:
    """A format from the future, with the cells where they have always been."""
    return {**sheet.solved(), "nbformat": 5}


@damage("harmless", f"{FORMAT} `-1`")
def format_below_zero(sheet: Sheet) -> Notebook:
    """A format that cannot be."""
    return {**sheet.solved(), "nbformat": -1}


@damage("harmless", f'{FORMAT} `"4"`')
def format_as_text(sheet: Sheet) -> Notebook:
    """The format is a text."""
    return {**sheet.solved(), "nbformat": "4"}


@damage("harmless", f"{FORMAT} nothing")
def format_missing(sheet: Sheet) -> Notebook:
    """No format is given."""
    document = sheet.solved()
    del document["nbformat"]
    return document


@damage("unreadable", "it had no cells")
def worksheets_of_odd_types(sheet: Sheet) -> Notebook:
    """A file of format 3 whose worksheets are none."""
    return {"metadata": sheet.solved()["metadata"], "nbformat": 3, "worksheets": {"cells": []}}


@damage("harmless")
def counts_negative(sheet: Sheet) -> Notebook:
    """Cells that ran minus five times, or more often than a computer can count."""
    document = sheet.solved()
    for number, cell in enumerate(document["cells"]):
        cell["execution_count"] = -5 if number % 2 else 10**400
    return document


@damage("costly", earns=Earns.ZERO)
def solutions_in_outputs(sheet: Sheet) -> Notebook:
    """The right code stands in the outputs and attachments of an untouched notebook only."""
    document = sheet.untouched()
    right = [cell["source"] for cell in sheet.solved()["cells"] if is_solution(cell)]
    for cell in named(document):
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": right}]
        cell["attachments"] = {"code": {"text/plain": "\n".join(right)}}
    return document
