"""Where a command's results go: to standard output, and to a file if one was named."""

import os
import sys
from pathlib import Path

from autograder.commands.arguments import STANDARD_OUTPUT
from autograder.errors import UsageError
from autograder.model.verdict import Confinement, GradingResults

# Exit codes of what has been done: nothing is left to do; a person has to look.
DONE, REVIEW = 0, 1


def refuse_unwritable(file: str | None) -> None:
    """An hour of grading must not end with results that cannot be written."""
    if file in {None, STANDARD_OUTPUT}:
        return
    path = Path(str(file)).resolve()
    if not file or path.is_dir():
        raise UsageError(f"{str(file)!r} cannot be written: it is not the name of a file.")
    if not path.parent.is_dir():
        raise UsageError(f"{file} cannot be written: there is no such folder.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"{file} cannot be written: you may not write there.")


def write_output(path: Path, text: str) -> None:
    """Put a file in place whole; what is no file, such as a pipe or a device, is written to."""
    from autograder.course.files import write_atomically

    if path.exists() and not path.is_file():
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
    else:
        write_atomically(path, text)


def print_output(text: str, *, json: str, file: str | None) -> None:
    """Print the text and write the JSON to the file, if any; for ``-``, print the JSON alone."""
    if file == STANDARD_OUTPUT:
        sys.stdout.buffer.write(json.encode())
    else:
        sys.stdout.write(text.encode(errors="replace").decode())
        if file is not None:
            write_output(Path(file).resolve(), json)
    sys.stdout.flush()


def print_results(results: GradingResults, table: str, file: str | None) -> int:
    """Print the table, or the JSON where that was asked for; returns the exit code."""
    text = f"{table}\n"
    if results.confinement is not Confinement.FULL:
        from autograder.sandbox.confinement_level import REDUCED_SENTENCE

        text += f"{REDUCED_SENTENCE}\n"
    print_output(text, json=results.to_json(), file=file)
    graded = all(row.status == "graded" for row in results.submissions)
    return DONE if graded else REVIEW
