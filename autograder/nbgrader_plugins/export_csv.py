"""nbgrader's table of grades as a file that a spreadsheet can open; ``ExportApp.plugin_class``.

In the process of ``nbgrader export``. nbgrader writes names as they are: a comma moves every column
behind it, and a name that begins with ``=`` is a formula, which a spreadsheet computes when a
person opens the file. Here cells are quoted, and what could be a formula is marked as text.
"""

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

from autograder.notebook.sanitise_html import printable

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)
FORMULA_SIGNS = frozenset("=+-@\t\r")


class QuotedCsv(ExportPlugin):  # type: ignore[misc]
    """Writes the columns that nbgrader's own CsvExportPlugin writes."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that ``--to`` names, ``grades.csv`` by default."""
        path = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", path)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            for row in self._rows(gradebook):
                writer.writerow({name: csv_cell(row.get(name)) for name in COLUMNS})

    def _rows(self, gradebook: Gradebook) -> Iterator[Mapping[str, Any]]:
        for assignment in _chosen(gradebook.assignments, "name", self.assignment):
            for student in _chosen(gradebook.students, "id", self.student):
                yield {
                    "assignment": assignment.name,
                    "duedate": assignment.duedate,
                    "student_id": student.id,
                    "last_name": student.last_name,
                    "first_name": student.first_name,
                    "email": student.email,
                    "max_score": assignment.max_score,
                    **_scores(gradebook, assignment.name, student.id),
                }


def _chosen(rows: Iterable[Any], key: str, wanted: Iterable[Any]) -> list[Any]:
    names = set(map(str, wanted))
    return [row for row in rows if not names or getattr(row, key) in names]


def _scores(gradebook: Gradebook, assignment: str, student: str) -> Mapping[str, Any]:
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return {"raw_score": 0.0, "late_submission_penalty": 0.0, "score": 0.0}
    penalty = submission.late_submission_penalty
    return {
        "timestamp": submission.timestamp,
        "raw_score": submission.score,
        "late_submission_penalty": penalty,
        "score": max(0.0, submission.score - (penalty or 0.0)),
    }


def csv_cell(value: object) -> str:
    """A cell that a spreadsheet shows and does not compute: text on one line, or a number."""
    if isinstance(value, int | float):
        return str(value)
    text = "" if value is None else str(value)
    shown = printable(text).replace("\n", " ").replace("\t", " ")
    # Some spreadsheets take a wide equals sign for one, too.
    first = unicodedata.normalize("NFKC", text[:1])
    return f"'{shown}" if first in FORMULA_SIGNS else shown
