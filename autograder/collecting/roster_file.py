"""Reads a roster: nbgrader's list of students, or what Moodle or Canvas lets one download.

In the operator's process. The file is the course's own, but it has been through a platform and a
spreadsheet: it is read within bounds, whatever its separator and the order of its columns.
"""

import codecs
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
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
# nbgrader's gradebook has columns of 128 characters.
MOST_LETTERS = 128
SEPARATORS = ",;\t"
# `Participant 117`, in whatever language the worksheet is.
_PARTICIPANT = re.compile(r"\D*(?P<number>[0-9]{1,18})\s*")

Headings = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Headings under which a file may have each fact, in lower case, the best one first.

    They are nbgrader's headings, Moodle's, Canvas's, and what people write.
    """

    id: Headings = ("id", "student id", "id number", "username", "user name", "login", "login id")
    first_name: Headings = ("first name", "firstname", "given name", "given names")
    last_name: Headings = ("last name", "lastname", "surname", "family name")
    name: Headings = ("name", "full name", "fullname", "student name", "student")
    email: Headings = ("email", "email address", "e-mail", "e-mail address", "mail")
    canvas_id: Headings = ("canvas id", "canvas user id", "lms user id")
    moodle_participant: Headings = ("participant", "moodle participant", "moodle id", "identifier")
    worksheet_time: Headings = ("last modified (submission)",)


COLUMNS = Columns()
# In a gradebook from Canvas, `ID` is Canvas's own number.
CANVAS_COLUMNS = Columns(id=("sis login id", "sis user id", "id"), canvas_id=("id",))
CANVAS_HEADINGS = frozenset({"sis user id", "sis login id"})
# Lines of a gradebook from Canvas that are not about students.
CANVAS_OTHER_LINES = frozenset({"points possible", "student, test"})


def read_rosters(paths: Sequence[Path], zone: tzinfo) -> Roster:
    """The students of the first file, completed with what the other files know of them.

    A line of another file is about the student who has its id, its address or its name.

    Raises:
        UsageError: See :func:`read_roster`.
    """
    first, *others = (read_roster(path, zone) for path in paths)
    students = dict(first.students)
    for other in others:
        for line in other.students.values():
            known = first.by_id(line.id).student or first.by_id_or_name(line.email).student
            known = known or first.by_name(" ".join(line.first_and_last_name)).student
            if known is not None:
                student = students[known.id]
                empty = [one.name for one in fields(Student) if not getattr(student, one.name)]
                added = {name: getattr(line, name) for name in empty}
                students[known.id] = replace(student, **added)
    notes = [note for roster in (first, *others) for note in roster.notes]
    return Roster(students.values(), first.name, notes)


def read_roster(path: Path, zone: tzinfo) -> Roster:
    """The students in a CSV file.

    Args:
        path: The file.
        zone: Zone of the times in Moodle's worksheet.

    Raises:
        UsageError: It cannot be read, has no usable header, or gives one id to two students.
    """
    (_, header), *lines = _read_lines(path) or [(1, [])]
    headings = [" ".join(name.replace("_", " ").split()).casefold() for name in header]
    columns = CANVAS_COLUMNS if CANVAS_HEADINGS & set(headings) else COLUMNS
    if not {*columns.id, *columns.email, *columns.moodle_participant} & set(headings):
        found = ", ".join(f"`{shown_name(name.strip())}`" for name in header[:MOST_NAMED])
        raise UsageError(
            f"The roster {path} has no column of ids or e-mail addresses: its first line has "
            f"{found or 'nothing'}. Name one of its columns `id` or `email`, and others "
            "`first_name`, `last_name`, `name`."
        )
    students: dict[str, Student] = {}
    unread_times = 0
    for number, cells in lines:
        line = _Line(headings, cells)
        student = _student(line, columns, zone)
        if student is None:
            continue
        time = line.first_of(columns.worksheet_time)
        unread_times += time not in {"", "-"} and student.worksheet_time is None
        reason = reason_against_id(student.id)
        if reason:
            raise UsageError(
                f"{path}, line {number}: no student can have the id {student.id!r}: {reason}."
            )
        if students.setdefault(student.id, student) != student:
            raise UsageError(
                f"{path}, line {number}: the id {shown_name(student.id)} is given a second time, "
                "to somebody else. Give each student an id of their own."
            )
    if not students:
        raise UsageError(f"The roster {path} names no student below its header.")
    note = f"{unread_times} times in {path.name} could not be read; they are read in English only."
    return Roster(students.values(), path.name, [note] if unread_times else ())


def _read_lines(path: Path) -> list[tuple[int, list[str]]]:
    """The lines that are not empty, as numbers and cells."""
    try:
        content = read_bytes(path.resolve(), limit=MOST_BYTES)
        # A spreadsheet's `CSV UTF-8` begins with a mark; its `Unicode text` is UTF-16.
        is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnreadableError as error:
        raise UsageError(f"The roster {path} cannot be read: {error}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"The roster {path} cannot be read: it is not UTF-8. Save it as `CSV UTF-8`."
        ) from error
    # Not csv.Sniffer, which refuses a file of one column.
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lines: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                lines.append((reader.line_num, cells[:MOST_COLUMNS]))
            if len(lines) > MOST_ROWS:
                raise UsageError(f"The roster {path} has more than {MOST_ROWS:,} lines.")
    except csv.Error as error:
        raise UsageError(f"The roster {path} is not a CSV file: {error}.") from error
    return lines


class _Line:
    """One line of the file, by its columns' headings."""

    def __init__(self, headings: Sequence[str], cells: Sequence[str]) -> None:
        # Of two columns with one heading, the first counts: it comes last here. Lines may be short.
        pairs = zip(reversed(headings[: len(cells)]), reversed(cells[: len(headings)]), strict=True)
        self._cells: Mapping[str, str] = dict(pairs)

    def first_of(self, headings: Sequence[str]) -> str:
        """The first cell that is not empty, with single blanks; the empty string for none."""
        cells = (" ".join(self._cells.get(heading, "").split()) for heading in headings)
        return next(filter(None, cells), "")[:MOST_LETTERS]


def _student(line: _Line, columns: Columns, zone: tzinfo) -> Student | None:
    """The student of one line; None for a line that is about none."""
    name, email = line.first_of(columns.name), line.first_of(columns.email)
    if name.casefold() in CANVAS_OTHER_LINES:
        return None
    numbered = _PARTICIPANT.fullmatch(line.first_of(columns.moodle_participant))
    participant = numbered["number"] if numbered else ""
    # A worksheet of blind marking has neither names nor addresses, but participants.
    student_id = line.first_of(columns.id) or email or participant
    if not student_id:
        return None
    return Student(
        id=student_id,
        first_name=line.first_of(columns.first_name),
        last_name=line.first_of(columns.last_name),
        name=name,
        email=email if "@" in email else "",
        canvas_id=line.first_of(columns.canvas_id),
        moodle_participant=participant,
        worksheet_time=parse_worksheet_time(line.first_of(columns.worksheet_time), zone),
    )
