"""Packages: what is in them, that they are the same bytes again, and their versions."""

import hashlib
import io
import json
import platform
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.checks.failed_cell import IMPORTABLE
from autograder.course.settings import Course
from autograder.errors import UsageError
from release.build import Recordings
from release.cli import main
from release.package import pack
from release.package.manifest import content_digest, version_of
from release.package.pack import pack_release, pack_releases
from release.package.package_files import requirements
from release.package.zip_archive import reproducible_zip
from tests.grading.fakes import ASSIGNMENT
from tests.release.test_build import build, edit

PROJECT = Path(__file__).parents[3]
PINS = re.compile(r"^([\w.-]+)==([\w.+-]+)( ;)?", re.MULTILINE)
FILES = {"b/x.txt": b"x" * 1000, "a.txt": b"a"}


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """Recorded observations, as the judge would write them."""
    folder = tmp_path / "recorded" / ASSIGNMENT / "double"
    folder.mkdir(parents=True)
    (folder / "exercise.json").write_text("{}")
    return tmp_path / "recorded"


def packed(course: Course, recorded: Path, told: list[str] | None = None) -> Path:
    """Pack the tiny assignment as it was built."""
    say = (told if told is not None else []).append
    return pack_release(course, ASSIGNMENT, recorded=recorded, say=say)


def test_a_package_holds_all_that_a_student_needs(course: Course, recorded: Path) -> None:
    """It is true that one folder holds notebook, kit, README, requirements and manifest."""
    build(course, recorded)
    path = packed(course, recorded)
    assert re.fullmatch(r"sums-1-[0-9a-f]{8}\.zip", path.name)
    assert path.parent == course.workspace / "packages"
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert {name.partition("/")[0] for name in names} == {"sums-1"}
        contents = {name.partition("/")[2]: archive.read(name) for name in names}
    assert {"sums.ipynb", "README.md", "requirements.txt", "manifest.json"} < contents.keys()
    assert "autograder/selfcheck/submit.py" in contents
    assert "autograder/recorded/sums/double/exercise.json" in contents
    readme = contents["README.md"].decode()
    assert "    .venv/bin/jupyter lab sums.ipynb\n" in readme
    assert f"version {path.stem.removeprefix('sums-')}." in readme


def test_the_manifest_lists_everything(course: Course, recorded: Path) -> None:
    """It is true that the manifest has each file's digest, the version and the graded cells."""
    build(course, recorded)
    path = packed(course, recorded)
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("sums-1/manifest.json"))
        listed = {
            name.partition("/")[2]: f"sha256:{hashlib.sha256(archive.read(name)).hexdigest()}"
            for name in archive.namelist()
        }
    del listed["manifest.json"]
    assert manifest["files"] == listed
    assert manifest["version"] == path.stem.removeprefix("sums-")
    cells = ["double-solution", "double", "square-solution", "square", "why"]
    assert manifest["cells"] == cells
    assert (manifest["assignment"], manifest["schema"]) == ("sums", 1)
    assert manifest["python"] == ".".join(platform.python_version_tuple()[:2])


def test_packing_again_gives_the_same_bytes(course: Course, recorded: Path) -> None:
    """It is true that clock, permissions and what Jupyter leaves in the release change no byte."""
    place = build(course, recorded)
    before = packed(course, recorded)
    content = before.read_bytes()
    for path in place.rglob("*"):
        path.chmod(0o700)
    (place / "autograder" / "__pycache__").mkdir()
    (place / "autograder" / "__pycache__" / "errors.cpython-311.pyc").write_bytes(b"x")
    (place / ".ipynb_checkpoints").mkdir()
    (place / ".ipynb_checkpoints" / "sums-checkpoint.ipynb").write_bytes(b"{}")
    assert packed(course, recorded) == before
    assert before.read_bytes() == content
    shutil.rmtree(course.workspace / "packages")
    assert packed(course, recorded).read_bytes() == content


def test_a_new_number_is_for_a_new_content(course: Course, recorded: Path) -> None:
    """It is true that versions count up, and that going back gives the earlier one."""
    build(course, recorded)
    source = course.notebook(ASSIGNMENT)
    first, text = packed(course, recorded), source.read_bytes()
    edit(course, "Good luck!")
    build(course, recorded, force=True)
    second = packed(course, recorded)
    assert second.name.startswith("sums-2-")
    source.write_bytes(text)
    build(course, recorded, force=True)
    assert packed(course, recorded) == first


def test_a_stale_release_is_refused(course: Course, recorded: Path) -> None:
    """It is true that a release that is older than its source is not packed."""
    build(course, recorded)
    edit(course, "Good luck!")
    with pytest.raises(UsageError, match=r"sums\.ipynb differs.*`release build sums --force`"):
        packed(course, recorded)
    assert not (course.workspace / "packages").exists()


def test_a_file_that_every_package_gets_is_refused(course: Course, recorded: Path) -> None:
    """It is true that an author's README is not silently replaced."""
    (course.source / ASSIGNMENT / "README.md").write_text("Read me.")
    build(course, recorded)
    with pytest.raises(UsageError, match=r"holds a README\.md of its own"):
        packed(course, recorded)


def test_a_leak_leaves_no_package(
    course: Course, recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is true that the packed file itself is checked, and that no package is left."""
    build(course, recorded)
    monkeypatch.setattr(pack, "requirements", lambda: b"SQLite format 3\0")
    with pytest.raises(UsageError, match=r"A gradebook is in sums-1/requirements\.txt"):
        packed(course, recorded)
    assert not list((course.workspace / "packages").glob("*.zip"))


def test_what_is_missing_is_built_first(
    course: Course, recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is true that pack builds a missing release, and says so."""

    def building(course: Course, names: list[str], **_: object) -> Iterator[Path]:
        assert names == [ASSIGNMENT]
        yield build(course, recorded)

    @contextmanager
    def open_recordings(*_: object) -> Iterator[Recordings]:
        yield lambda _: recorded

    monkeypatch.setattr(pack, "build_releases", building)
    monkeypatch.setattr(pack, "open_recordings", open_recordings)
    said: list[str] = []
    (path,) = pack_releases(course, [ASSIGNMENT], say=said.append)
    assert path.is_file()
    assert said == ["built sums"]


def test_an_archive_depends_on_its_content_alone() -> None:
    """It is true that neither the order of the files nor the clock changes a byte."""
    backwards = dict(reversed(FILES.items()))
    plain = reproducible_zip(FILES, environment={})
    assert plain == reproducible_zip(backwards, environment={"SOURCE_DATE_EPOCH": "0"})
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.external_attr >> 16 == 0o100644
            assert info.compress_type == zipfile.ZIP_DEFLATED
        assert {one: archive.read(one) for one in archive.namelist()} == FILES


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("1700000000", (2023, 11, 14, 22, 13, 20)),
        ("99999999999", (2107, 12, 31, 23, 59, 58)),
    ],
)
def test_the_time_of_the_files_can_be_set(given: str, moment: tuple[int, ...]) -> None:
    """It is true that SOURCE_DATE_EPOCH sets it, within what an archive can say."""
    made = reproducible_zip(FILES, environment={"SOURCE_DATE_EPOCH": given})
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {info.date_time for info in archive.infolist()} == {moment}


@pytest.mark.parametrize("given", ["soon", "9" * 40])
def test_a_time_that_is_none_is_refused(given: str) -> None:
    """It is true that the sentence says what is expected."""
    with pytest.raises(UsageError, match="must be a whole number of seconds since 1970"):
        reproducible_zip(FILES, environment={"SOURCE_DATE_EPOCH": given})


def test_a_digest_changes_with_names_and_contents() -> None:
    """It is true that swapped contents and a renamed file change it."""
    assert content_digest({"a": b"1", "b": b"2"}) != content_digest({"a": b"2", "b": b"1"})
    assert content_digest({"a": b"1"}) != content_digest({"c": b"1"})


@pytest.mark.parametrize("text", ["{", "{}", "[1]", "\udcff"])
def test_a_damaged_history_is_reported(tmp_path: Path, text: str) -> None:
    """It is true that a damaged list of versions is an error, so no number is given out twice."""
    (tmp_path / "sums.versions.json").write_text(text, errors="surrogateescape")
    with pytest.raises(UsageError, match="cannot be read as a list of versions"):
        version_of("sha256:0", assignment="sums", packages=tmp_path)


def test_students_install_what_was_tested() -> None:
    """It is true that each pin is the one that this project's own tests run with."""
    ours = {m[1]: m[2] for m in PINS.finditer((PROJECT / "constraints.txt").read_text())}
    theirs = {m[1]: m[2] for m in PINS.finditer(requirements().decode()) if not m[3]}
    assert theirs.items() <= ours.items()
    lines = requirements().decode().partition("\n\n")[2].partition("\n\n")[0].splitlines()
    assert all(re.fullmatch(r"[\w-]+==[\w.]+ +# .+", line) for line in lines)
    assert {*IMPORTABLE} <= {line.partition("==")[0] for line in lines}


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["pack"], "Name the assignments to pack, or give --all"),
        (["pack", "nope"], "There is no assignment 'nope'"),
    ],
)
def test_bad_input_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    """It is true that the sentence is on stderr, and the exit code is 2."""
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert reason in told.err
    assert told.err.count("\n") == 1


def test_a_new_version_reports_what_has_changed(course: Course, recorded: Path) -> None:
    """It is true that the changes are in a file beside the package; the first version has none."""
    told: list[str] = []
    build(course, recorded)
    first = packed(course, recorded, told)
    assert told == []
    edit(course, "Good luck!")
    build(course, recorded, force=True)
    second = packed(course, recorded, told)
    assert len(told) == 1
    assert "Explanations or examples are new or reworded" in told[0]
    assert [path.name for path in second.parent.glob("*.md")] == [f"{second.stem}-changes.md"]
    text = (second.parent / f"{second.stem}-changes.md").read_text(encoding="utf-8")
    assert f"has changed since version {first.stem.removeprefix('sums-')}:" in text
