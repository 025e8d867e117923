"""Hints at the owner of a submission, as names of files and folders give them.

In the operator's process. Each platform has its own way to put people into names; each way has a
class here, which finds the student in the roster.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from autograder.archives.filenames import shown_name
from autograder.collecting.roster import NO_ROSTER, Match, Roster, Student, reason_against_id

# Moodle, `mod/assign/classes/downloader.php`: full name, number, `assignsubmission`, plug-in.
MOODLE = re.compile(
    r"(?P<name>.+)_(?P<number>[0-9]{1,18})_assignsubmission_(?P<kind>[a-z]+)(?P<end>_.*)?"
)
# Canvas, `lib/content_zipper.rb`: sortable name without blanks, user, attachment, file.
CANVAS = re.compile(
    r"(?P<name>.+?)(?P<late>_LATE)?_(?P<user>[0-9]{1,24})_(?P<attachment>[0-9]{1,24})_(?P<file>.+)"
)
CANVAS_ANONYMOUS = re.compile(
    r"(?P<name>)anon(?P<late>_LATE)?_(?P<user>[0-9A-Za-z]{5})_(?P<attachment>[0-9]{1,24})_"
    r"(?P<file>.+)"
)


class OwnerHint(Protocol):
    """What is known of an owner."""

    def find(self, roster: Roster) -> Match:
        """The one student whom the hint means."""


@dataclass(frozen=True, slots=True)
class KnownId:
    """The operator said whose it is, or nbgrader's exchange did."""

    student: str

    def find(self, roster: Roster) -> Match:
        """The student with this id; without a roster, any id that can name a folder will do."""
        if roster.name:
            return roster.by_id(self.student)
        reason = reason_against_id(self.student)
        return Match(None, reason) if reason else Match(Student(self.student))


@dataclass(frozen=True, slots=True)
class WholeName:
    """A folder or a file that is named after its owner: by id, e-mail address or name."""

    text: str

    def find(self, roster: Roster) -> Match:
        """The student whom the whole name means."""
        return roster.by_id_or_name(self.text)


@dataclass(frozen=True, slots=True)
class NamePrefix:
    """A file that is named after its owner, with more behind: ``s001_training``."""

    text: str

    def find(self, roster: Roster) -> Match:
        """The student whom the whole name means, else what comes before one of its ``_``."""
        if not roster.name and "_" in self.text:
            return Match(None, NO_ROSTER)
        whole = roster.by_id_or_name(self.text)
        if whole.student or not roster.name:
            return whole
        found: dict[str, Student] = {}
        parts = self.text.split("_")
        for end in range(1, len(parts)):
            student = roster.by_id_or_name("_".join(parts[:end])).student
            if student:
                found[student.id] = student
        if len(found) == 1:
            return Match(next(iter(found.values())))
        if not found:
            return Match(None, f"it does not begin with an id or a name in {roster.name}")
        ids = ", ".join(map(shown_name, sorted(found)))
        return Match(None, f"it begins with the ids or names of {len(found)} students ({ids})")


@dataclass(frozen=True, slots=True)
class MoodleHint:
    """A full name, and the number that a grading worksheet has as ``Participant <number>``."""

    name: str
    number: str

    def find(self, roster: Roster) -> Match:
        """The student with the number, unless the name is another's; else the one of the name."""
        numbered = roster.by_moodle_participant(self.number)
        return _agreed(roster.by_name(self.name), numbered, f"participant {self.number}", roster)


@dataclass(frozen=True, slots=True)
class CanvasHint:
    """A name without blanks, family name first, and Canvas's number for the user."""

    name: str
    user: str

    def find(self, roster: Roster) -> Match:
        """The student with the number, unless the name is another's; else the one of the name."""
        numbered = roster.by_canvas_id(self.user)
        named = roster.by_canvas_name(self.name)
        return _agreed(named, numbered, f"Canvas's user {self.user}", roster)


def _agreed(named: Match, numbered: Student | None, number: str, roster: Roster) -> Match:
    if numbered is None:
        return named
    if named.student is None or named.student == numbered:
        return Match(numbered)
    # A worksheet of another assignment may number people differently.
    first, second = shown_name(numbered.id), shown_name(named.student.id)
    return Match(None, f"in {roster.name}, {number} is {first}, but the name is that of {second}")
