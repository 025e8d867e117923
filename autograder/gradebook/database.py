"""Opens nbgrader's database, and makes it once.

nbgrader would make a new one by calling the program ``alembic`` from PATH, and two processes that
do so at once leave it half made. Here it is made complete beside its place and then put there.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from alembic.script import ScriptDirectory
from nbgrader import api
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from autograder.course.permissions import make_private
from autograder.errors import UsageError

# nbgrader's preprocessors open the gradebook without naming the course.
DEFAULT_COURSE = "default_course"


def open_gradebook(db_url: str, course_id: str) -> api.Gradebook:
    """Open nbgrader's gradebook; a new one is made where there is none.

    Raises:
        UsageError: The address is wrong, or the database cannot be opened or made.
    """
    with plain_errors(db_url):
        _ensure(db_url, (DEFAULT_COURSE, course_id))
        gradebook = api.Gradebook(db_url, course_id)
        gradebook.check_course(DEFAULT_COURSE)
    return gradebook


@contextmanager
def plain_errors(db_url: str) -> Iterator[None]:
    """Turn what a database can raise into a sentence."""
    try:
        yield
    except (ArgumentError, NoSuchModuleError) as error:
        raise UsageError(f"CourseDirectory.db_url is {db_url!r}: {error}") from error
    except (SQLAlchemyError, OSError, api.InvalidEntry) as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise UsageError(
            f"The gradebook {_shown(db_url)} cannot be used: {reason}. If another program holds "
            "it, close that; if nbgrader was upgraded, run `nbgrader db upgrade`."
        ) from error


def _shown(db_url: str) -> str:
    url = make_url(db_url)
    return url.database or "" if _is_file(db_url) else url.render_as_string(hide_password=True)


def _is_file(db_url: str) -> bool:
    url = make_url(db_url)
    return url.get_backend_name() == "sqlite" and bool(url.database) and url.database != ":memory:"


def _ensure(db_url: str, courses: tuple[str, ...]) -> None:
    if not _is_file(db_url):
        _make(db_url, courses)
        return
    path = Path(str(make_url(db_url).database))
    if path.exists() and path.stat().st_size:
        _refuse_foreign(db_url, path)
        return
    make_private(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        # SQLite keeps the mode of a file that is there, and would make one by the umask.
        draft.touch(mode=0o600)
        _make(f"sqlite:///{draft}", courses)
        _put_in_place(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _refuse_foreign(db_url: str, path: Path) -> None:
    """A database of some other program is not written into."""
    engine = create_engine(db_url)
    try:
        tables = inspect(engine).get_table_names()
    finally:
        engine.dispose()
    if tables and "assignment" not in tables:
        raise UsageError(
            f"{path} is another program's database, with the table {tables[0]}; move it away, "
            "or give c.CourseDirectory.db_url the address of nbgrader's."
        )


def _put_in_place(draft: Path, path: Path) -> None:
    """Unless another process was quicker: then its database counts."""
    if path.exists() and not path.stat().st_size:
        os.replace(draft, path)  # noqa: PTH105
        return
    with suppress(FileExistsError):
        path.hardlink_to(draft)


def _make(db_url: str, courses: tuple[str, ...]) -> None:
    engine = create_engine(db_url)
    try:
        if inspect(engine).get_table_names():
            return
        version = ScriptDirectory(ALEMBIC_DIR).get_current_head()
        with engine.begin() as connection:
            api.Base.metadata.create_all(connection)
            connection.execute(
                text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            )
            connection.execute(
                text("INSERT INTO alembic_version (version_num) VALUES (:version)"),
                {"version": version},
            )
            for course in filter(None, dict.fromkeys(courses)):
                connection.execute(text("INSERT INTO course (id) VALUES (:id)"), {"id": course})
    finally:
        engine.dispose()
