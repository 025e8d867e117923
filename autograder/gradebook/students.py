"""Students in nbgrader's gradebook: names and addresses, so that its pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from nbgrader import api

from autograder.course.settings import Course
from autograder.gradebook.database import open_gradebook, plain_errors


@dataclass(frozen=True, slots=True)
class Person:
    """What the gradebook knows of a student; an empty text is not known.

    Attributes:
        id: nbgrader's id.
        first_name: Given names.
        last_name: Family names.
        email: The address.
        lms_user_id: The number that a learning platform has for the user.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""


COLUMNS = ("first_name", "last_name", "email", "lms_user_id")


def enrol(course: Course, people: Iterable[Person]) -> int:
    """Bring the gradebook's list of students up to date, in one transaction.

    What is not known here is left as it is there.

    Returns:
        How many lines were added or changed.

    Raises:
        UsageError: The gradebook cannot be opened or written; nothing has changed then.
    """
    book = open_gradebook(course.db_url, course.course_id)
    try:
        with plain_errors(course.db_url):
            changed = sum(_is_updated(book, person) for person in people)
            if changed:
                book.db.commit()
            return changed
    finally:
        book.close()


def _is_updated(book: api.Gradebook, person: Person) -> bool:
    known = {name: getattr(person, name) for name in COLUMNS if getattr(person, name)}
    row = book.db.get(api.Student, person.id)
    if row is None:
        book.db.add(api.Student(id=person.id, **known))
        return True
    differing = {name: text for name, text in known.items() if getattr(row, name) != text}
    for name, text in differing.items():
        setattr(row, name, text)
    return bool(differing)
