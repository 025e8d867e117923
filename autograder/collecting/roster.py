"""Who is in the course, and whom a name means: one student, or nobody. In the operator's process.

Nobody is ever guessed. A name that fits two students fits none, and the answer says so.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.archives.filenames import reason_against, shown_name
from autograder.collecting.person_names import (
    name_orders,
    normalised_name,
    without_accents,
    without_blanks,
)

# What an id may be where no roster says which there are: nothing that could be a person's name.
PLAIN_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._@+-]{0,99}")
MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Student:
    """One line of the roster.

    Attributes:
        id: nbgrader's, which is the name of the student's folders.
        first_name: Given names; empty where unknown, as everything below.
        last_name: Family names.
        name: The whole name, where it is not known in two parts.
        email: The address.
        canvas: Canvas's number for the user.
        participant: Moodle's number for the participant.
        handed_in: When this assignment was handed in, as Moodle's grading worksheet says.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    name: str = ""
    email: str = ""
    canvas: str = ""
    participant: str = ""
    handed_in: datetime | None = None

    @property
    def first_and_last_name(self) -> tuple[str, str]:
        """Given and family names; the whole name as the second where they are not known apart."""
        if self.first_name or self.last_name:
            return self.first_name, self.last_name
        last, _, first = self.name.partition(",")
        return first.strip(), last.strip()


@dataclass(frozen=True, slots=True)
class Match:
    """Whom a name means.

    Attributes:
        student: The one student, or None.
        reason: Why there is none, for the person who collects.
    """

    student: Student | None
    reason: str = ""


class Roster:
    """The students of a course, found by whatever a platform calls them.

    Attributes:
        name: What the roster is called in sentences; empty where there is none.
        students: All of them, by id.
        notes: Sentences about the file.
    """

    def __init__(
        self, students: Iterable[Student] = (), name: str = "", notes: Sequence[str] = ()
    ) -> None:
        """Sort them by everything that can name them."""
        self.name = name
        self.notes = tuple(notes)
        self.students = {student.id: student for student in students}
        self._ids = _Index((one.id, one) for one in self.students.values())
        self._folded = _Index((one.id.casefold(), one) for one in self.students.values())
        self._emails = _Index((one.email.casefold(), one) for one in self.students.values())
        self._canvas = _Index((one.canvas, one) for one in self.students.values())
        self._participants = _Index((one.participant, one) for one in self.students.values())
        self._said: dict[Callable[[str], str], tuple[_Index, _Index]] = {}
        self._filed: dict[Callable[[str], str], tuple[_Index, _Index]] = {}

    def by_id(self, text: str) -> Match:
        """The student of this id; without a roster, whoever has it."""
        if not self.name:
            is_plain = PLAIN_ID.fullmatch(text) and not reason_against_id(text)
            return Match(Student(text)) if is_plain else Match(None, NO_ROSTER)
        exact = self._ids.find(text)
        if len(exact) == 1:
            return self._one(exact, "")
        return self._one(self._folded.find(text.casefold()), f"{self.name} has no such id")

    def by_id_or_name(self, text: str) -> Match:
        """The student whose id, address or name this is."""
        found = self.by_id(text)
        if found.student or not self.name:
            return found
        addressed = self._emails.find(text.casefold())
        if addressed:
            return self._one(addressed, "")
        return self.by_name(text)

    def by_name(self, text: str) -> Match:
        """The student of this name, in the order in which one says it, else in another."""
        return self._named(
            normalised_name(text), self._said, lambda student: _orders(student)[0], str
        )

    def by_name_without_blanks(self, text: str) -> Match:
        """The student of this name without blanks, family name first, else in another order."""
        wanted = without_blanks(normalised_name(text))
        return self._named(wanted, self._filed, lambda student: _orders(student)[1], without_blanks)

    def by_moodle_participant(self, number: str) -> Student | None:
        """The student who has this number in Moodle."""
        found = self._participants.find(number)
        return found[0] if len(found) == 1 else None

    def by_canvas_id(self, number: str) -> Student | None:
        """The student who has this number in Canvas."""
        found = self._canvas.find(number)
        return found[0] if len(found) == 1 else None

    def _named(
        self,
        wanted: str,
        kept: "dict[Callable[[str], str], tuple[_Index, _Index]]",
        first: Callable[[Student], str],
        spelt: Callable[[str], str],
    ) -> Match:
        if not self.name:
            return Match(None, NO_ROSTER)
        for stripped in (str, without_accents):
            if stripped not in kept:
                kept[stripped] = self._names(first, _both(spelt, stripped))
            for index in kept[stripped]:
                found = index.find(stripped(wanted))
                if found:
                    return self._one(found, "")
        return Match(None, f"{self.name} has nobody of this name")

    def _names(
        self, first: Callable[[Student], str], spelt: Callable[[str], str]
    ) -> "tuple[_Index, _Index]":
        everybody = self.students.values()
        usual = _Index((spelt(first(one)), one) for one in everybody)
        other = _Index((spelt(key), one) for one in everybody for key in _orders(one)[2])
        return usual, other

    def _one(self, found: "list[Student]", absent: str) -> Match:
        if len(found) == 1:
            return Match(found[0])
        if not found:
            return Match(None, absent)
        ids = ", ".join(shown_name(one.id) for one in found[:MOST_NAMED])
        more = ", …" if len(found) > MOST_NAMED else ""
        return Match(None, f"{len(found)} students of {self.name} fit ({ids}{more})")


def _both(first: Callable[[str], str], then: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: then(first(text))


NO_ROSTER = "without a roster nobody knows whose this is; give one with --roster"


class _Index:
    """Key → the students who have it; nobody has the empty one."""

    def __init__(self, pairs: Iterable[tuple[str, Student]]) -> None:
        self._found: defaultdict[str, dict[str, Student]] = defaultdict(dict)
        for key, student in pairs:
            if key:
                self._found[key][student.id] = student

    def find(self, key: str) -> list[Student]:
        return list(self._found[key].values()) if key in self._found else []


def _orders(student: Student) -> tuple[str, str, frozenset[str]]:
    return name_orders(student.first_name, student.last_name, student.name)


def reason_against_id(text: str) -> str:
    """Why a student cannot have this id, which is a folder's name; empty where one can."""
    refused = not text or text.startswith(".") or reason_against(text, depth=0, name_bytes=200)
    return "it cannot be the name of a folder on every machine" if refused else ""
