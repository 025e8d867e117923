"""Reads what a run shows."""

from autograder.model.program import Run


def printed(run: Run, cell: int = -1) -> str:
    """What a cell wrote to its standard output."""
    return "".join(o["text"] for o in run.outputs[cell] if o.get("name") == "stdout")


def raised(run: Run, cell: int = -1) -> str:
    """Name of the exception that ended a cell, or nothing."""
    return "".join(o["ename"] for o in run.outputs[cell] if o["output_type"] == "error")
