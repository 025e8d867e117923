"""The students of a course, found by whatever a platform calls them. In the operator's process.

A match is never guessed. A name that fits two students fits neither, and the answer says so.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from autograder.archives.filenames import reason_against, shown_name
from autograder.collecting.person_names import (
    NameOrders,
    name_orders,
    normalised_name,
    without_accents,
    without_blanks,
)

# Without a roster, only what cannot be a person's name is taken for an id.
PLAIN_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._@+-]{0,99}")
MOST_NAMED = 4
NO_ROSTER = "without a roster it is not known whose this is; give one with --roster"


@dataclass(frozen=True, slots=True)
class Student:
    """One line of the roster. Everything but the id is empty where it is not known.

    Attributes:
        id: The student's id in nbgrader, which also names the student's folders.
        first_name: Given names.
        last_name: Family names.
        name: The whole name, where its parts are not known separately.
        email: The e-mail address.
        canvas_id: Canvas's number for the user.
        moodle_participant: Moodle's number for the participant.
        worksheet_time: When this assignment was handed in, by Moodle's grading worksheet.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    name: str = ""
    email: str = ""
    canvas_id: str = ""
    moodle_participant: str = ""
    worksheet_time: datetime | None = None

    @property
    def first_and_last_name(self) -> tuple[str, str]:
        """Given and family names; the whole name is the second where the parts are not known."""
        if self.first_name or self.last_name:
            return self.first_name, self.last_name
        last, _, first = self.name.partition(",")
        return first.strip(), last.strip()

    @property
    def name_orders(self) -> NameOrders:
        """The name in all orders."""
        return name_orders(first=self.first_name, last=self.last_name, whole=self.name)


@dataclass(frozen=True, slots=True)
class Match:
    """The one student whom a name means.

    Attributes:
        student: The student, or None.
        reason: Why there is none, for the person who collects.
    """

    student: Student | None
    reason: str = ""


class Roster:
    """The students of a course.

    Attributes:
        name: What the roster is called in sentences; empty where there is none.
        students: All students, by id.
        notes: Sentences about the file.
    """

    def __init__(
        self, students: Iterable[Student] = (), name: str = "", notes: Sequence[str] = ()
    ) -> None:
        """Index the students by all that can identify them, except by name."""
        self.name = name
        self.notes = tuple(notes)
        self.students = {student.id: student for student in students}
        everybody = self.students.values()
        self._by_folded_id = _Index((one.id.casefold(), one) for one in everybody)
        self._by_email = _Index((one.email.casefold(), one) for one in everybody)
        self._by_canvas_id = _Index((one.canvas_id, one) for one in everybody)
        self._by_participant = _Index((one.moodle_participant, one) for one in everybody)
        self._no_such_name = f"{name} has no student with this name" if name else NO_ROSTER

    # Names are indexed when one is first asked for: a download may need ids alone.
    @cached_property
    def _by_name(self) -> "_NameIndex":
        return _NameIndex(self.students.values(), as_in_canvas=False)

    @cached_property
    def _by_canvas_name(self) -> "_NameIndex":
        return _NameIndex(self.students.values(), as_in_canvas=True)

    def by_id(self, text: str) -> Match:
        """The student with this id; without a roster, any plain id is a student's."""
        if not self.name:
            is_plain = PLAIN_ID.fullmatch(text) and not reason_against_id(text)
            return Match(Student(text)) if is_plain else Match(None, NO_ROSTER)
        # `Ada` and `ada` may be two students, as they may be two folders.
        if text in self.students:
            return Match(self.students[text])
        found = self._by_folded_id.find(text.casefold())
        return self._only_one(found, f"{self.name} has no student with this id")

    def by_id_or_name(self, text: str) -> Match:
        """The student whose id, e-mail address or name this is."""
        match = self.by_id(text)
        if match.student or not self.name:
            return match
        addressed = self._by_email.find(text.casefold())
        return self._only_one(addressed, "") if addressed else self.by_name(text)

    def by_name(self, text: str) -> Match:
        """The student with this name: ``First Last``, ``Last, First``, or else in another order."""
        found = self._by_name.find(name_orders(first="", last="", whole=text).given_first)
        # The comma may be part of a name: `Nguyễn, Jr. Thị`.
        found = found or self._by_name.find(normalised_name(text))
        return self._only_one(found, self._no_such_name)

    def by_canvas_name(self, text: str) -> Match:
        """The student with this name without blanks: family names first, or else another order."""
        name = without_blanks(normalised_name(text))
        return self._only_one(self._by_canvas_name.find(name), self._no_such_name)

    def by_moodle_participant(self, number: str) -> Student | None:
        """The student who has this number in Moodle."""
        return self._only_one(self._by_participant.find(number), "").student

    def by_canvas_id(self, number: str) -> Student | None:
        """The student who has this number in Canvas."""
        return self._only_one(self._by_canvas_id.find(number), "").student

    def _only_one(self, found: Sequence[Student], reason_for_none: str) -> Match:
        if not found:
            return Match(None, reason_for_none)
        if len(found) == 1:
            return Match(found[0])
        ids = ", ".join(shown_name(one.id) for one in found[:MOST_NAMED])
        more = ", …" if len(found) > MOST_NAMED else ""
        return Match(None, f"{len(found)} students in {self.name} match ({ids}{more})")


class _Index:
    """Students by a key that several may share; an empty key belongs to none."""

    def __init__(self, pairs: Iterable[tuple[str, Student]]) -> None:
        self._students: dict[str, dict[str, Student]] = {}
        for key, student in pairs:
            if key:
                self._students.setdefault(key, {})[student.id] = student

    def find(self, key: str) -> list[Student]:
        return list(self._students.get(key, {}).values())


class _NameIndex:
    """Students by normalised names. A platform's usual order counts first, and so do accents."""

    def __init__(self, students: Iterable[Student], *, as_in_canvas: bool) -> None:
        """Index all orders of all names, as Canvas or as Moodle writes them."""
        usual: list[tuple[str, Student]] = []
        other: list[tuple[str, Student]] = []
        for student in students:
            orders = student.name_orders
            if as_in_canvas:
                usual.append((without_blanks(orders.family_first), student))
                other += ((without_blanks(name), student) for name in orders.any_order)
            else:
                usual.append((orders.given_first, student))
                other += ((name, student) for name in orders.any_order)
        self._usual_order = _Index(usual)
        self._any_order = _Index(other)
        self._usual_order_plain = _Index((without_accents(name), one) for name, one in usual)
        self._any_order_plain = _Index((without_accents(name), one) for name, one in other)

    def find(self, name: str) -> list[Student]:
        plain = without_accents(name)
        return (
            self._usual_order.find(name)
            or self._any_order.find(name)
            or self._usual_order_plain.find(plain)
            or self._any_order_plain.find(plain)
        )


def reason_against_id(text: str) -> str:
    """Why a student cannot have this id, which names folders; empty where one can."""
    is_refused = not text or text.startswith(".") or reason_against(text, depth=0, name_bytes=200)
    return "it cannot be the name of a folder on every machine" if is_refused else ""
