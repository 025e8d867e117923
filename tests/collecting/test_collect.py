"""What comes back reaches the right student's place, the latest of each, and stays there."""

import io
import os
import tarfile
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest

from autograder.collecting.submission_times import Origin
from autograder.course.settings import Course
from autograder.course.workspace import find_submissions, locked_workspace
from autograder.errors import UsageError
from autograder.gradebook.database import open_gradebook
from tests.collecting.downloads import (
    DAY_LATER,
    NAME,
    NOON,
    STAMP,
    actions,
    canvas,
    everything,
    handed_in,
    lying,
    moodle,
    names_of,
    notebook,
    packed,
    rows,
    take,
    without_utf8_flag,
    written,
    zipped,
)
from tests.grading.fakes import ASSIGNMENT


def test_moodles_zip(course: Course, tmp_path: Path) -> None:
    """folders and flat files, whatever Moodle drops from a name; text that was typed is named."""
    path = zipped(
        tmp_path / "submissions.zip",
        moodle("Ada Lovelace", number=11),
        moodle("JOSÉ  Müller-Ödön", number=12, days=1, flat=True),
        moodle("Grace Brewster ONeil", number=13, days=-3, file="work/my own.ipynb"),
        ("Lee Min_14_assignsubmission_onlinetext_/onlinetext.html", b"<p>", NOON),
    )
    account = take(course, path)
    assert actions(account) == {"ada": "new", "grace": "new", "jose": "new"}
    assert lying(course, "ada") == {NAME: notebook("Ada Lovelace"), "timestamp.txt": STAMP}
    assert lying(course, "jose")["timestamp.txt"] == DAY_LATER
    assert lying(course, "grace")[NAME] == notebook("Grace Brewster ONeil")
    assert rows(account)["grace"].remarks == ("the notebook was called `work/my own.ipynb`",)
    assert [one.name for one in account.ignored] == ["Lee Min_14_assignsubmission_onlinetext_"]
    assert not account.needs_review
    places = find_submissions(course, ASSIGNMENT)
    assert [place.student for place in places] == ["ada", "grace", "jose"]
    assert places[0].read(ASSIGNMENT).notes == ()


def test_a_zip_from_macos(course: Course, tmp_path: Path) -> None:
    """writes names in UTF-8, with accents apart, and does not say so."""
    name = unicodedata.normalize("NFD", "José Müller-Ödön")
    path = zipped(tmp_path / "1.zip", moodle(name))
    path.write_bytes(without_utf8_flag(path.read_bytes()))
    assert actions(take(course, path)) == {"jose": "new"}


def test_canvas_zip(course: Course, tmp_path: Path) -> None:
    """names without blanks, late or not; of several attempts the one with the highest number."""
    path = zipped(
        tmp_path / "submissions.zip",
        canvas("lovelaceada", notebook(1), user=1, attachment=50),
        canvas("lovelaceada", notebook(2), user=1, attachment=51, file=f"{ASSIGNMENT}-1.ipynb"),
        canvas("müllerödönjosé", user=2, days=2, late=True),
        canvas("oneilgracebrewster", user=3, days=3),
        canvas("oneilgracebrewster", b"plot", user=3, days=3, file="plot.png"),
        canvas("thịnguyễnjr", user=4, days=4, file="thị_text.html"),
    )
    account = take(course, path)
    assert actions(account) == {"ada": "new", "grace": "new", "jose": "new"}
    assert lying(course, "ada")[NAME] == notebook(2)
    assert lying(course, "grace")["plot.png"] == b"plot"
    assert rows(account)["jose"].remarks == ("Canvas marked it LATE",)
    assert lying(course, "jose")["timestamp.txt"] == b"2030-01-12 12:00:00.000000 UTC"
    assert list(names_of(account.ignored)) == ["thịnguyễnjr_4_9000_thị_text.html"]


def test_an_exchange(course: Course, tmp_path: Path) -> None:
    """the last of each student, with nbgrader's own time; other assignments are left alone."""
    exchange = tmp_path / "exchange"
    inbound = exchange / "pytorch" / "inbound"
    handed_in(inbound, "ada", 1)
    handed_in(inbound, "ada", 2, days=1)
    handed_in(inbound, "ada", 0, days=-1)
    handed_in(inbound, "s_1", end="")
    handed_in(inbound, "stranger")
    (inbound / "ada+other+2030-01-20 12:00:00.000000 UTC").mkdir()
    (inbound / f"lee+{ASSIGNMENT}+2030-01-20 12:00:00.000000 UTC").symlink_to(tmp_path)
    account = take(course, exchange)
    for given in (exchange, exchange / "pytorch", inbound):
        assert set(actions(take(course, given))) == {"ada", "s_1"}
    assert lying(course, "ada")[NAME] == notebook(2)
    assert lying(course, "ada")["timestamp.txt"] == DAY_LATER
    assert lying(course, "ada")["submission_secret.txt"] == b"secret"
    assert [one.reason for one in account.unassigned] == ["roster.csv has no such id"]
    reasons = [one.reason for one in account.ignored]
    assert sum("came later" in reason for reason in reasons) == 2
    assert "it is a link or a file, not a folder" in reasons


def test_a_folder(course: Course, tmp_path: Path) -> None:
    """files and folders called after students by id, name or address; nbgrader's own layout."""
    folder = tmp_path / "work"
    written(folder / "ada.ipynb")
    written(folder / "jose" / NAME, days=1)
    written(folder / "grace@example.org" / ASSIGNMENT / NAME)
    written(folder / "grace@example.org" / ASSIGNMENT / "data" / "points.csv", b"1")
    written(folder / "Lee Min" / "mine.ipynb")
    written(folder / "s_1_final_version.ipynb")
    written(folder / "s_9_final_version.ipynb")
    written(folder / "min" / "other.ipynb")
    written(folder / "notes.txt", b"")
    account = take(course, folder)
    assert set(actions(account)) == {"ada", "grace", "jose", "lee", "min", "s_1"}
    assert lying(course, "grace")["data/points.csv"] == b"1"
    assert lying(course, "jose")["timestamp.txt"] == DAY_LATER
    assert names_of(account.unassigned) == {
        "s_9_final_version.ipynb": "roster.csv has no id and no name that it begins with"
    }
    assert names_of(account.ignored) == {
        "notes.txt": "it lies beside the students' files, and its name is no student's"
    }
    assert any("copying may have changed" in note for note in account.notes)


def test_other_assignments_are_left_alone(course: Course, tmp_path: Path) -> None:
    """wherever they lie in the folder."""
    other = course.source / "products"
    other.mkdir()
    (other / "products.ipynb").write_bytes(notebook())
    folder = tmp_path / "work"
    written(folder / "ada" / "products" / "products.ipynb")
    written(folder / "ada" / ASSIGNMENT / NAME)
    written(folder / "jose" / "products.ipynb")
    written(folder / "lee_products.ipynb")
    written(folder / "min_products-handin.zip", packed(notebook()))
    account = take(course, folder)
    assert actions(account) == {"ada": "new"}
    assert lying(course, "ada").keys() == {NAME, "timestamp.txt"}
    assert len(account.ignored) == 4
    assert not account.needs_review
    (course.root / "only").mkdir()
    written(course.root / "only" / "lee_products.ipynb")
    with pytest.raises(UsageError, match=f"Nothing in .* was handed in for {ASSIGNMENT}"):
        take(course, course.root / "only")


def test_one_file_of_one_student(course: Course, tmp_path: Path) -> None:
    """a notebook or a hand-in file, whose name says whose it is, or the operator does."""
    assert actions(take(course, written(tmp_path / "ada.ipynb"))) == {"ada": "new"}
    plain = written(tmp_path / NAME)
    assert "say whose it is with --student" in take(course, plain).unassigned[0].reason
    assert actions(take(course, plain, student="jose")) == {"jose": "new"}
    named = written(tmp_path / f"lee_{ASSIGNMENT}-handin.zip", packed(notebook("lee")))
    assert actions(take(course, named)) == {"lee": "new"}
    assert lying(course, "lee").keys() == {NAME, "receipt.json", "timestamp.txt"}
    assert lying(course, "lee")["timestamp.txt"] == STAMP
    handin = written(tmp_path / f"{ASSIGNMENT}-handin.zip", packed(notebook("min")))
    assert take(course, handin).unassigned
    assert actions(take(course, handin, student="min")) == {"min": "new"}
    with pytest.raises(UsageError, match="'nobody' is not in roster"):
        take(course, handin, student="nobody")
    with pytest.raises(UsageError, match="cannot be the name of a folder"):
        take(course, handin, student="../ada")


def test_a_link_that_the_operator_names_is_followed(course: Course, tmp_path: Path) -> None:
    """and its own name says whose it is; what several handed in is not one student's."""
    link = tmp_path / "ada.ipynb"
    link.symlink_to(written(tmp_path / "download.ipynb"))
    assert actions(take(course, link)) == {"ada": "new"}
    zip_link = tmp_path / "link.zip"
    members = [moodle(name, number=n, days=-n) for n, name in enumerate(("Lee Min", "Min Lee"))]
    zip_link.symlink_to(zipped(tmp_path / "1.zip", *members))
    assert set(actions(take(course, zip_link))) == {"lee", "min"}
    with pytest.raises(UsageError, match="what several people handed in"):
        take(course, zip_link, student="ada")


def test_archives_of_other_kinds(course: Course, tmp_path: Path) -> None:
    """a tar, and a platform's folders within one more folder."""
    path = tmp_path / "work.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in (
            "Ada Lovelace_1_assignsubmission_file_",
            "José Müller-Ödön_2_assignsubmission_file_",
        ):
            info = tarfile.TarInfo(f"downloads/{name}/{NAME}")
            content = notebook(name)
            info.size, info.mtime = len(content), NOON.timestamp() + len(name) * 86400
            archive.addfile(info, io.BytesIO(content))
    account = take(course, path)
    assert actions(account) == {"ada": "new", "jose": "new"}
    assert rows(account)["ada"].handed_in is not None


def test_without_a_roster_only_ids_are_taken(course: Course, tmp_path: Path) -> None:
    """what may be a person's name is listed, and so is what may go on behind an id."""
    (course.root / "roster.csv").unlink()
    folder = tmp_path / "work"
    written(folder / "ada.ipynb")
    written(folder / "x-17" / NAME)
    written(folder / "ada_second.ipynb")
    written(folder / "José Müller" / NAME)
    account = take(course, folder)
    assert set(actions(account)) == {"ada", "x-17"}
    assert set(names_of(account.unassigned)) == {"ada_second.ipynb", "José Müller"}
    assert all("without a roster" in one.reason for one in account.unassigned)
    path = zipped(tmp_path / "moodle.zip", moodle("Ada Lovelace"))
    assert len(take(course, path).unassigned) == 1
    handed_in(tmp_path / "inbound", "anybody")
    assert actions(take(course, tmp_path / "inbound")) == {"anybody": "new"}


def test_nobody_is_guessed(course: Course, tmp_path: Path) -> None:
    """two of one name, a name of nobody, and names in the other order of two people."""
    path = zipped(
        tmp_path / "moodle.zip",
        moodle("Bob Twin", number=1),
        moodle("Eve Nobody", number=2, days=1),
        moodle("Lee Min", number=3, days=-1),
        moodle("Lovelace, Ada", number=4, days=3),
    )
    account = take(course, path)
    assert actions(account) == {"ada": "new", "lee": "new"}
    assert names_of(account.unassigned) == {
        "Bob Twin_1": "2 students of roster.csv fit (bob1, bob2)",
        "Eve Nobody_2": "roster.csv has nobody of this name",
    }
    assert account.needs_review


def test_the_latest_counts(course: Course, tmp_path: Path) -> None:
    """in whatever order they come; what was replaced is kept, and an older one changes nothing."""
    first = zipped(tmp_path / "1.zip", moodle("Ada Lovelace", notebook(1)))
    second = zipped(tmp_path / "2.zip", moodle("Ada Lovelace", notebook(2), days=1))
    take(course, first)
    account = take(course, second)
    row = rows(account)["ada"]
    assert (str(row.action), row.previous.at, row.handed_in.at) == (  # type: ignore[union-attr]
        "replaced",
        NOON,
        NOON + timedelta(days=1),
    )
    assert any(" -> 2030-01-11 12:00:00 UTC" in line for line in account.lines())
    kept = course.workspace / row.kept
    assert (kept / NAME).read_bytes() == notebook(1)
    assert (kept / "timestamp.txt").read_bytes() == STAMP
    before = everything(course.workspace)
    assert actions(take(course, first)) == {"ada": "older"}
    assert actions(take(course, second)) == {"ada": "unchanged"}
    assert everything(course.workspace) == before


def test_the_same_notebook_again(course: Course, tmp_path: Path) -> None:
    """counts at its later time where the source knows it; a copied file's time says nothing."""
    inbound = tmp_path / "inbound"
    handed_in(inbound, "ada", "same")
    take(course, inbound)
    handed_in(inbound, "ada", "same", days=1)
    assert actions(take(course, inbound)) == {"ada": "dated"}
    assert lying(course, "ada")["timestamp.txt"] == DAY_LATER
    folder = tmp_path / "work"
    written(folder / "jose.ipynb", notebook("same"))
    take(course, folder)
    written(folder / "jose.ipynb", notebook("same"), days=1)
    assert actions(take(course, folder)) == {"jose": "unchanged"}
    assert lying(course, "jose")["timestamp.txt"] == STAMP


def test_several_hand_ins_of_one_student(course: Course, tmp_path: Path) -> None:
    """in one folder: the latest is taken and the others are told of."""
    folder = tmp_path / "work"
    written(folder / "ada.ipynb", notebook(1), days=1)
    written(folder / "ada" / NAME, notebook(2))
    written(folder / "Ada Lovelace_again.ipynb", notebook(3), days=2)
    account = take(course, folder)
    assert lying(course, "ada")[NAME] == notebook(3)
    assert names_of(account.ignored) == {
        "ada": "ada.ipynb, of the same student, came later",
        "ada.ipynb": "Ada Lovelace_again.ipynb, of the same student, came later",
    }


def test_a_dry_run_writes_nothing(course: Course, tmp_path: Path) -> None:
    """and says the same."""
    path = zipped(tmp_path / "1.zip", moodle("Ada Lovelace"), moodle("Nobody", number=2, days=4))
    dry = take(course, path, dry_run=True)
    assert not course.workspace.exists()
    real = take(course, path)
    assert (dry.rows, dry.unassigned) == (real.rows, real.unassigned)
    before = everything(course.workspace)
    with locked_workspace(course):
        assert actions(take(course, path, dry_run=True)) == {"ada": "unchanged"}
    assert everything(course.workspace) == before
    assert list(dry.lines())[-1].endswith("(dry run: nothing was written)")


def test_students_reach_the_gradebook(course: Course, tmp_path: Path) -> None:
    """with names and addresses, so that formgrader shows them; what it knows better stays."""
    path = zipped(tmp_path / "1.zip", moodle("Ada Lovelace"), moodle("Lee Min", number=2, days=4))
    take(course, path)
    with open_gradebook(course.db_url, course.course_id) as book:
        found = {row.id: (row.first_name, row.last_name, row.email) for row in book.students}
        assert found == {
            "ada": ("Ada", "Lovelace", "ada@example.org"),
            "lee": ("Lee", "Min", "lee@example.org"),
        }
        book.update_or_create_student("ada", lms_user_id="77")
    (course.root / "roster.csv").write_text("id,first_name,last_name\nada,Augusta,Lovelace\n")
    take(course, zipped(tmp_path / "2.zip", moodle("Augusta Lovelace")))
    with open_gradebook(course.db_url, course.course_id) as book:
        ada = book.find_student("ada")
        assert (ada.first_name, ada.email, ada.lms_user_id) == ("Augusta", "ada@example.org", "77")


def test_what_holds_no_notebook(course: Course, tmp_path: Path) -> None:
    """is put where grading tells of it, unless a notebook is there; somebody has to look."""
    pdf = zipped(tmp_path / "1.zip", moodle("Ada Lovelace", b"%PDF", file="essay.pdf"))
    account = take(course, pdf)
    assert account.needs_review
    assert rows(account)["ada"].remarks == ("it holds no notebook",)
    unreadable = find_submissions(course, ASSIGNMENT)[0].read(ASSIGNMENT).unreadable
    assert unreadable == f"there was no file `{NAME}`; the folder held `essay.pdf`"
    take(course, zipped(tmp_path / "2.zip", moodle("Ada Lovelace", notebook(2), days=1)))
    later = zipped(tmp_path / "3.zip", moodle("Ada Lovelace", b"%PDF", days=2, file="essay.pdf"))
    account = take(course, later)
    assert actions(account) == {"ada": "older"}
    assert account.needs_review
    assert lying(course, "ada")[NAME] == notebook(2)


def test_several_notebooks_of_other_names(course: Course, tmp_path: Path) -> None:
    """are all kept, and none is chosen."""
    members = [moodle("Ada Lovelace", notebook(name), file=name) for name in ("a.ipynb", "b.ipynb")]
    account = take(course, zipped(tmp_path / "1.zip", *members))
    assert rows(account)["ada"].remarks == (f"it holds 2 notebooks, none of them `{NAME}`",)
    assert {"a.ipynb", "b.ipynb"} < lying(course, "ada").keys()


def test_a_strangers_files_take_no_place_of_ours(course: Course, tmp_path: Path) -> None:
    """a time, a receipt or a record of the student's own making is none."""
    path = zipped(
        tmp_path / "1.zip",
        moodle("Ada Lovelace"),
        *(
            moodle("Ada Lovelace", b"forged", file=name)
            for name in (
                "timestamp.txt",
                "collected.json",
                f"{ASSIGNMENT}.IPYNB/x",
                "Receipt.JSON/x",
            )
        ),
    )
    take(course, path)
    assert lying(course, "ada") == {NAME: notebook("Ada Lovelace"), "timestamp.txt": STAMP}


def test_the_workspace_itself_is_no_source(course: Course, tmp_path: Path) -> None:
    """neither the course's folder nor what was collected before."""
    take(course, written(tmp_path / "ada.ipynb"))
    for path in (course.root, course.workspace, course.submitted, course.submitted / "ada"):
        with pytest.raises(UsageError, match="has been collected already"):
            take(course, path)


def test_what_lay_there_before_may_be_anything(course: Course, tmp_path: Path) -> None:
    """a folder filled by hand, a link or a file in its place: it is kept, or known again."""
    by_hand = course.submitted / "ada" / ASSIGNMENT
    written(by_hand / NAME, notebook("hand"))
    link = course.submitted / "jose" / ASSIGNMENT
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path)
    written(course.submitted / "lee" / ASSIGNMENT, b"a file", days=-9)
    folder = tmp_path / "work"
    written(folder / "ada.ipynb", notebook("hand"), days=9)
    later = (NOON + timedelta(days=20_000)).timestamp()
    for name in ("jose", "lee"):
        os.utime(written(folder / f"{name}.ipynb"), (later, later))
    account = take(course, folder)
    assert actions(account) == {"ada": "dated", "jose": "replaced", "lee": "replaced"}
    assert rows(account)["ada"].handed_in.origin is Origin.FILE  # type: ignore[union-attr]
    assert (course.workspace / rows(account)["jose"].kept).is_symlink()
    assert (course.workspace / rows(account)["lee"].kept).read_bytes() == b"a file"
