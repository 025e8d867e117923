"""Reads a roster: nbgrader's list of students, or what Moodle or Canvas lets one download.

In the operator's process. The file is the course's own, but it has come through a platform and a
spreadsheet: it is read within bounds, whatever its separator and its columns' order.
"""

import codecs
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import tzinfo
from pathlib import Path

from autograder.archives.filenames import shown_name
from autograder.collecting.roster import Roster, Student, reason_against_id
from autograder.collecting.submission_times import parse_worksheet_time
from autograder.errors import UsageError
from autograder.notebook.document import UnreadableError
from autograder.notebook.submission_file import read_bytes

MOST_BYTES = 16 * 2**20
MOST_ROWS = 100_000
MOST_COLUMNS = 1000
MOST_NAMED = 8
# nbgrader's gradebook holds no longer ones.
MOST_LETTERS = 128
SEPARATORS = ",;\t"
# What a column means → what it is called, in lower case; the first that is there and not empty
# counts. nbgrader's own names, Moodle's, Canvas's, and what people write.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "student id", "id number", "username", "user name", "login", "login id"),
    "first_name": ("first name", "firstname", "given name", "given names"),
    "last_name": ("last name", "lastname", "surname", "family name"),
    "name": ("name", "full name", "fullname", "student name", "student"),
    "email": ("email", "email address", "e-mail", "e-mail address", "mail"),
    "canvas": ("canvas id", "canvas user id", "lms user id"),
    "participant": ("participant", "moodle participant", "moodle id", "identifier"),
    "handed_in": ("last modified (submission)",),
}
# In a gradebook from Canvas, `ID` is Canvas's number.
CANVAS_MARKS = frozenset({"sis user id", "sis login id"})
CANVAS = {**COLUMNS, "id": ("sis login id", "sis user id", "id"), "canvas": ("id",)}
CANVAS_OTHERS = frozenset({"points possible", "student, test"})
_PARTICIPANT = re.compile(r"\D*(?P<number>[0-9]{1,18})\s*")


def read_rosters(paths: Sequence[Path], zone: tzinfo) -> Roster:
    """The students of the first file, with what the others know of them.

    A line of another file is about the student who has its id, its address or its name.

    Raises:
        UsageError: See :func:`read_roster`.
    """
    first, *others = (read_roster(path, zone) for path in paths)
    students = dict(first.students)
    for other in others:
        for line in other.students.values():
            known = first.by_id(line.id).student or first.by_id_or_name(line.email).student
            known = known or first.by_name(f"{line.first_name} {line.last_name}{line.name}").student
            if known is not None:
                students[known.id] = _completed(students[known.id], line)
    notes = [note for roster in (first, *others) for note in roster.notes]
    return Roster(students.values(), first.name, notes)


def _completed(student: Student, line: Student) -> Student:
    names = [one.name for one in fields(Student) if not getattr(student, one.name)]
    return replace(student, **{name: getattr(line, name) for name in names})


def read_roster(path: Path, zone: tzinfo) -> Roster:
    """The students in a CSV file.

    Args:
        path: The file.
        zone: That of the times in Moodle's worksheet.

    Raises:
        UsageError: It cannot be read, has no usable header, or holds two students of one id.
    """
    rows = _rows(path)
    header = rows[0][1] if rows else []
    places = _places(header)
    if not (places["id"] or places["email"] or places["participant"]):
        raise UsageError(_unusable(path, header))
    students: dict[str, Student] = {}
    unread = 0
    for line, row in rows[1:]:
        where = f"{path}, line {line}"
        cells = {key: _cell(row, at) for key, at in places.items()}
        student = _student(cells, zone)
        if student is None:
            continue
        unread += cells["handed_in"] not in {"", "-"} and student.handed_in is None
        reason = reason_against_id(student.id)
        if reason:
            raise UsageError(f"{where}: no student can have the id {student.id!r}: {reason}.")
        if students.setdefault(student.id, student) != student:
            raise UsageError(
                f"{where}: the id {shown_name(student.id)} is given a second time, to somebody "
                "else; nobody could tell the two apart."
            )
    if not students:
        raise UsageError(f"The roster {path} names no student below its header.")
    notes = [f"{unread} times in {path.name} could not be read; they are read in English only."]
    return Roster(students.values(), path.name, notes if unread else ())


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """The lines that are not empty, each with its number."""
    try:
        text = _decoded(read_bytes(path.resolve(), limit=MOST_BYTES))
    except UnreadableError as error:
        raise UsageError(f"The roster {path} cannot be read: {error}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"The roster {path} cannot be read: it is not UTF-8. Save it as `CSV UTF-8`."
        ) from error
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            if any(map(str.strip, row)):
                rows.append((reader.line_num, row[:MOST_COLUMNS]))
            if len(rows) > MOST_ROWS:
                raise UsageError(f"The roster {path} has more than {MOST_ROWS:,} lines.")
    except csv.Error as error:
        raise UsageError(f"The roster {path} is no CSV file: {error}.") from error
    return rows


def _decoded(content: bytes) -> str:
    # Spreadsheets begin their files with a mark, and write 16 bits where one says `Unicode`.
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if wide else "utf-8-sig")


def _places(header: Sequence[str]) -> dict[str, list[int]]:
    """What a column can mean → where such columns are, the best first."""
    names = [" ".join(name.replace("_", " ").split()).casefold() for name in header]
    columns = CANVAS if CANVAS_MARKS & set(names) else COLUMNS
    return {
        meaning: [names.index(one) for one in known if one in names]
        for meaning, known in columns.items()
    }


def _unusable(path: Path, header: Sequence[str]) -> str:
    found = ", ".join(f"`{shown_name(name.strip())}`" for name in header[:MOST_NAMED])
    return (
        f"The roster {path} has no column of ids or e-mail addresses: its first line has "
        f"{found or 'nothing'}. Name one of its columns `id` or `email`, and others `first_name`, "
        "`last_name`, `name`."
    )


def _cell(row: Sequence[str], places: Sequence[int]) -> str:
    cells = (" ".join(row[at].split()) for at in places if at < len(row))
    return next(filter(None, cells), "")[:MOST_LETTERS]


def _student(cells: Mapping[str, str], zone: tzinfo) -> Student | None:
    """The student of one line; None for a line that is about nobody."""
    if cells["name"].casefold() in CANVAS_OTHERS:
        return None
    named = _PARTICIPANT.fullmatch(cells["participant"])
    participant = named["number"] if named else ""
    # Blind marking has neither names nor addresses.
    found = cells["id"] or cells["email"] or participant
    if not found:
        return None
    return Student(
        id=found,
        first_name=cells["first_name"],
        last_name=cells["last_name"],
        name=cells["name"],
        email=cells["email"] if "@" in cells["email"] else "",
        canvas=cells["canvas"],
        participant=participant,
        handed_in=parse_worksheet_time(cells["handed_in"], zone),
    )
