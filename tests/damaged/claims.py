"""What a file claims about itself: metadata, names, points, flags, kernels."""

from itertools import cycle
from typing import Any

from tests.damaged.corpus import Earns, damage
from tests.damaged.sheet import Notebook, Sheet, code, encoded, find, is_solution, named

LOST = "without nbgrader's metadata"
FOUND = "the `{first}` that another cell defines was graded"
TWICE = "there more than once"
ODD: list[Any] = [None, 3, [], "x", True, 1.5]
TAGS = [
    "skip-execution",
    "raises-exception",
    "remove-cell",
    "remove_cell",
    "hide-input",
    "nbgrader",
]


def claimed(sheet: Sheet, **claims: Any) -> Notebook:
    """The solved notebook with these claims in every named cell."""
    document = sheet.solved()
    for cell in named(document):
        cell["metadata"]["nbgrader"].update(claims)
    return document


def forged(sheet: Sheet) -> Notebook:
    """An untouched notebook that claims everything that it can."""
    document = sheet.untouched()
    for cell in named(document):
        cell["metadata"]["nbgrader"].update(points=99, schema_version=99, checksum="0" * 32)
        cell["metadata"]["tags"] = TAGS
        if cell["cell_type"] == "code":
            data = {"text/plain": "99.0"}
            kind = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
            cell["outputs"] = [{**kind, "data": data}]
    return document


@damage("harmless")
def no_metadata(sheet: Sheet) -> Notebook:
    """The notebook has no metadata of its own."""
    document = sheet.solved()
    del document["metadata"]
    return document


@damage("harmless")
def metadata_is_a_list(sheet: Sheet) -> Notebook:
    """The notebook's metadata is a list."""
    return {**sheet.solved(), "metadata": [1, None, {"kernelspec": []}]}


@damage("harmless", LOST)
def cells_without_metadata(sheet: Sheet) -> Notebook:
    """An editor has dropped every cell's metadata, and kept Jupyter's ids."""
    document = sheet.solved()
    for cell in document["cells"]:
        del cell["metadata"]
    return document


@damage("harmless", LOST)
def cells_with_odd_metadata(sheet: Sheet) -> Notebook:
    """Metadata that is no object."""
    document = sheet.solved()
    for cell, odd in zip(document["cells"], cycle(ODD), strict=False):
        cell["metadata"] = odd
    return document


@damage("harmless", FOUND)
def cells_without_metadata_and_ids(sheet: Sheet) -> Notebook:
    """As after a detour through a script: only the functions' own names are left."""
    document = sheet.solved()
    for cell in document["cells"]:
        cell["metadata"] = {}
        del cell["id"]
    return {**document, "nbformat_minor": 4}


@damage("harmless", LOST)
def nbgrader_of_odd_types(sheet: Sheet) -> Notebook:
    """nbgrader's metadata is a number, a list, a text, nothing."""
    document = sheet.solved()
    for cell, odd in zip(named(document), cycle(ODD), strict=False):
        cell["metadata"] = {"nbgrader": odd}
    return document


@damage("harmless", LOST)
def grade_ids_of_odd_types(sheet: Sheet) -> Notebook:
    """Names that are no text."""
    document = sheet.solved()
    for cell, value in zip(list(named(document)), cycle([{"a": 1}, *ODD]), strict=False):
        cell["metadata"]["nbgrader"]["grade_id"] = value
    return document


@damage("harmless")
def tagged(sheet: Sheet) -> Notebook:
    """Every cell has the tags that make other tools skip it, hide it or forgive its errors."""
    document = sheet.solved()
    for cell in document["cells"]:
        cell["metadata"]["tags"] = TAGS
    return document


@damage("harmless")
def tags_of_odd_types(sheet: Sheet) -> Notebook:
    """Tags that are no list of texts."""
    document = sheet.solved()
    for cell, odd in zip(document["cells"], cycle([TAGS[0], [[]], *ODD]), strict=False):
        cell["metadata"]["tags"] = odd
    return document


@damage("harmless")
def schema_version_0(sheet: Sheet) -> Notebook:
    """A schema of nbgrader's that never was."""
    return claimed(sheet, schema_version=0)


@damage("harmless")
def schema_version_1(sheet: Sheet) -> Notebook:
    """nbgrader's first schema."""
    return claimed(sheet, schema_version=1)


@damage("harmless")
def schema_version_2(sheet: Sheet) -> Notebook:
    """nbgrader's second schema."""
    return claimed(sheet, schema_version=2)


@damage("harmless")
def schema_version_99(sheet: Sheet) -> Notebook:
    """A schema from the future, which ends a whole run of stock nbgrader."""
    return claimed(sheet, schema_version=99)


@damage("harmless")
def schema_version_text(sheet: Sheet) -> Notebook:
    """A schema that is no number."""
    return claimed(sheet, schema_version="three")


@damage("harmless")
def points_raised(sheet: Sheet) -> Notebook:
    """Every cell claims a thousand points."""
    return claimed(sheet, points=1000)


@damage("harmless")
def points_negative(sheet: Sheet) -> Notebook:
    """Every cell claims points below zero."""
    return claimed(sheet, points=-8)


@damage("harmless")
def points_nan(sheet: Sheet) -> Notebook:
    """Every cell claims a number that is none; the file is no strict JSON either."""
    return claimed(sheet, points=float("nan"))


@damage("harmless")
def points_enormous(sheet: Sheet) -> Notebook:
    """Every cell claims the largest numbers that a computer knows."""
    return claimed(sheet, points=1e308, max_score=float("inf"))


@damage("harmless")
def flags_flipped(sheet: Sheet) -> Notebook:
    """What was locked is open, what was a solution is graded, and the other way round."""
    document = sheet.solved()
    for cell in named(document):
        claims = cell["metadata"]["nbgrader"]
        for flag in ("grade", "solution", "locked", "task"):
            claims[flag] = not claims.get(flag)
    return document


@damage("harmless")
def flags_of_odd_types(sheet: Sheet) -> Notebook:
    """Flags that are neither true nor false."""
    return claimed(sheet, grade="yes", solution=[], locked={}, task=-1, checksum=5)


@damage("harmless", FOUND)
def name_deleted(sheet: Sheet) -> Notebook:
    """The first solution cell has neither nbgrader's name nor Jupyter's id."""
    document = sheet.solved()
    sheet.solution(document).update(id="another", metadata={})
    return document


@damage("harmless", FOUND)
def name_of_lookalikes(sheet: Sheet) -> Notebook:
    """A Cyrillic letter stands in the first solution cell's name."""
    document = sheet.solved()
    cell = sheet.solution(document)
    cell["metadata"]["nbgrader"]["grade_id"] = f"{sheet.first}-s\N{CYRILLIC SMALL LETTER O}lution"
    cell["id"] = "another"
    return document


@damage("harmless")
def names_swapped(sheet: Sheet) -> Notebook:
    """The two solution cells have each other's names."""
    document = sheet.solved()
    one, two = sheet.solution(document), sheet.solution(document, 1)
    one["metadata"], two["metadata"] = two["metadata"], one["metadata"]
    return document


@damage("harmless", TWICE)
def every_name_is_setup(sheet: Sheet) -> Notebook:
    """Every named cell claims to be the set-up, so that one is read and the others are found."""
    document = sheet.solved()
    for cell in named(document):
        cell["metadata"]["nbgrader"]["grade_id"] = "setup"
    return document


@damage("costly", "the locked cell `{first}` had been changed; the original was used")
def solution_named_as_grade_cell(sheet: Sheet) -> Notebook:
    """The first solution claims to be its own grade cell, whose text is always the original's."""
    document = sheet.solved()
    document["cells"].remove(find(document, sheet.first))
    sheet.solution(document)["metadata"]["nbgrader"]["grade_id"] = sheet.first
    return document


@damage("harmless", TWICE)
def grade_cell_forged(sheet: Sheet) -> Notebook:
    """A cell above all others claims to be the first grade cell, and ends in a number."""
    document = sheet.solved()
    claims = dict(find(document, sheet.first)["metadata"]["nbgrader"], points=100)
    document["cells"].insert(0, {**code("100.0"), "metadata": {"nbgrader": claims}})
    return document


@damage("harmless")
def unknown_names_added(sheet: Sheet) -> Notebook:
    """Cells claim to be exercises that the assignment does not have."""
    document = sheet.solved()
    for number in range(3):
        claims = {"grade": True, "grade_id": f"bonus{number}", "points": 50, "schema_version": 3}
        document["cells"].append({**code("50"), "metadata": {"nbgrader": claims}})
    return document


@damage("costly", earns=Earns.ZERO)
def everything_forged(sheet: Sheet) -> Notebook:
    """An untouched notebook with points, tags, checksums and results of its own."""
    return forged(sheet)


@damage("costly", "nbformat", earns=Earns.ZERO)
def untouched_of_no_format(sheet: Sheet) -> Notebook:
    """An untouched notebook that claims another format as well."""
    return {**forged(sheet), "nbformat": 99, "nbformat_minor": "x"}


@damage("harmless")
def no_kernelspec(sheet: Sheet) -> Notebook:
    """No kernel is named, as after a conversion."""
    return {**sheet.solved(), "metadata": {"language_info": {"name": "python"}}}


@damage("harmless")
def kernelspec_of_another_language(sheet: Sheet) -> Notebook:
    """The notebook says that it is written in R."""
    kernel = {"display_name": "R", "language": "R", "name": "ir"}
    return {**sheet.solved(), "metadata": {"kernelspec": kernel, "language_info": {"name": "R"}}}


@damage("harmless")
def kernelspec_with_a_path(sheet: Sheet) -> Notebook:
    """The kernel's name is a path, and its language a command."""
    kernel = {"display_name": "$(id)", "language": "; id", "name": "../../../../bin/sh"}
    return {**sheet.solved(), "metadata": {"kernelspec": kernel}}


@damage("harmless")
def kernelspec_of_odd_types(sheet: Sheet) -> Notebook:
    """The kernel is a list, the language a number."""
    return {**sheet.solved(), "metadata": {"kernelspec": ["python3"], "language_info": 3}}


@damage("harmless")
def saved_by_colab(sheet: Sheet) -> Notebook:
    """Colab adds its own metadata to the notebook and to each cell, and drops Jupyter's ids."""
    document = sheet.solved()
    for number, cell in enumerate(document["cells"]):
        cell["metadata"] |= {"id": f"rAnDoM{number}", "colab": {"base_uri": "about:blank"}}
        del cell["id"]
    colab = {"provenance": [], "collapsed_sections": [], "toc_visible": True}
    kernel = {"name": "python3", "display_name": "Python 3"}
    metadata = {"colab": colab, "kernelspec": kernel, "accelerator": "GPU"}
    return {**document, "metadata": metadata, "nbformat_minor": 0}


@damage("harmless")
def saved_by_vs_code(sheet: Sheet) -> Notebook:
    """VS Code adds its own metadata, and its version of Python."""
    document = sheet.solved()
    for cell in document["cells"]:
        cell["metadata"]["vscode"] = {"languageId": "python"}
    document["metadata"] |= {"orig_nbformat": 4, "vscode": {"interpreter": {"hash": "0" * 64}}}
    return document


@damage("harmless")
def saved_by_jupyterlab(sheet: Sheet) -> bytes:
    """JupyterLab writes each line of a text by itself, and its own times and settings."""
    document = sheet.solved()
    for number, cell in enumerate(document["cells"]):
        cell["source"] = cell["source"].splitlines(keepends=True)
        cell["metadata"] |= {"editable": True, "slideshow": {"slide_type": ""}, "scrolled": True}
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            cell["metadata"]["execution"] = {"iopub.execute_input": "2030-01-01T00:00:00.000000Z"}
        cell["metadata"]["deletable"] = not is_solution(cell)
    document["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    return encoded(document, indent=1)
