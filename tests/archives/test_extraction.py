"""Archives and folders are unpacked within caps, or refused with a sentence."""

import bz2
import gzip
import io
import lzma
import os
import shutil
import socket
import tarfile
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.archives.extraction import Caps, Extracted, extract
from autograder.archives.filenames import TakenNames, reason_against, shown_name
from autograder.errors import UsageError
from tests.archives.strange_archives import (
    encrypted,
    overlapping,
    renamed,
    shifted,
    tar_header,
    tarred,
    with_comment,
    with_count,
    with_size,
    with_zip64,
    zipped,
    zipped_as,
)

SMALL = Caps(
    members=50,
    total_bytes=3_000_000,
    file_bytes=1_000_000,
    ratio=10,
    depth=4,
    name_bytes=300,
    archive_bytes=5_000_000,
)
MOODLE = "Full name_123_assignsubmission_file_/training.ipynb"
Write = Callable[[Path], None]


def unpacked(tmp_path: Path, content: bytes, caps: Caps = SMALL) -> Extracted:
    """What becomes of an archive of these bytes."""
    path = tmp_path / "archive"
    path.write_bytes(content)
    return extract(path, tmp_path / "out", caps)


ONE = zipped(("a", b"x" * 100))
BOMB = zipped(("bomb", b"\0" * 900_000), ("honest", b"x"))
# Name → (archive, part of the error's sentence). Nothing at all is unpacked.
REFUSED = {
    "empty": (b"", "damaged or not an archive"),
    "text": (b"not an archive at all", "damaged or not an archive"),
    "zip cut off": (ONE[:-30], "cut off"),
    "zip without its end": (ONE[:40], "cut off"),
    "zip with something behind": (ONE + b"more", "behind its end"),
    "zip with another behind": (ONE + zipped(("b", b"y")), "before its beginning"),
    "zip in a comment": (with_comment(ONE, zipped(("b", b"y"))), "before its beginning"),
    "zip in a zip's middle": (zipped(("b", b"y"))[:-22] + ONE, "before its beginning"),
    "overlapping files": (overlapping(), "two of its files share bytes"),
    "zip with something before": (shifted(ONE, b"PK\x03\x04"), "begins at byte 4 instead of"),
    "more files than it says": (
        with_count(zipped(("a", b""), ("b", b"")), 1),
        "is 1 by its end, 2 by its directory",
    ),
    "many files": (zipped(*((f"f{n}", b"") for n in range(60))), "more than 50 files"),
    "zip64 of a million": (with_zip64(ONE, members=10**6), "more than 50 files"),
    "zip64 elsewhere": (with_zip64(ONE, members=1, place=5), "contradicts itself"),
    "zip64 of another number": (with_zip64(ONE, members=2), "is 2 by its end, 1 by its directory"),
    "large in all": (
        zipped(*((f"f{n}", os.urandom(900_000)) for n in range(4))),
        "more than 2 MiB",
    ),
    "large itself": (bytes(5_000_001), "larger than 4 MiB"),
    "tar with something behind": (tarred(("a", b"x")) + b"more", "more than zeros follows"),
    "tar cut off": (tarred(("a", b"x" * 2000))[:1500], "damaged"),
    "tar with a giant name": (
        tar_header("././@LongLink", 2**31, tarfile.GNUTYPE_LONGNAME) + bytes(512),
        "more than 64 KiB",
    ),
    "tar with a giant pax header": (
        tar_header("pax", 2**31, tarfile.XHDTYPE) + bytes(512),
        "more than 64 KiB",
    ),
    "tar of headers about headers": (
        tar_header("pax", 0, tarfile.XHDTYPE) * 3000 + tarred(("a", b"x")),
        "damaged",
    ),
    "tar of a negative size": (
        tar_header("a", 0, tarfile.REGTYPE)[:124] + b"\xff" * 12 + bytes(376),
        "damaged|negative",
    ),
    "tar with holes": (
        tar_header("holes", 0, tarfile.GNUTYPE_SPARSE) + bytes(1024),
        "holes",
    ),
    "gzip bomb": (gzip.compress(tarred(("bomb", bytes(20_000_000)))), "more than an archive may"),
    "bzip2 bomb": (bz2.compress(tarred(("bomb", bytes(20_000_000)))), "more than an archive may"),
    "xz bomb": (lzma.compress(tarred(("bomb", bytes(20_000_000)))), "more than an archive may"),
    "xz of much memory": (
        lzma.compress(
            tarred(("a", b"x")), filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30}]
        ),
        "damaged",
    ),
    "gzip cut off": (gzip.compress(tarred(("a", b"x")))[:-20], "cut off"),
    "gzip of rubbish behind": (gzip.compress(tarred(("a", b"x"))) + b"more", "damaged"),
}
# Name → (archive, part of the reason why one member is skipped). The others are unpacked.
SKIPPED = {
    "parent": (zipped(("../evil", b"x")), "leads out"),
    "parent within": (zipped(("a/../../evil", b"x")), "leads out"),
    "absolute": (zipped(("/etc/evil", b"x")), "an absolute path"),
    "drive": (zipped(("C:evil", b"x")), "an absolute path"),
    "backslash": (zipped(("..\\evil", b"x")), "backslash"),
    "stream": (zipped(("notes:evil", b"x")), "some machines do not allow"),
    "empty part": (zipped(("a//evil", b"x")), "empty part"),
    "nul": (zipped(("evil\0.ipynb", b"x")), "cannot be seen"),
    "escape": (zipped(("\x1b[2Jevil", b"x")), "cannot be seen"),
    "newline": (zipped(("evil\nstudent", b"x")), "cannot be seen"),
    "bidi": (zipped(("evil\u202egnp.ipynb", b"x")), "cannot be seen"),
    "zero width": (zipped(("ev\u200bil", b"x")), "cannot be seen"),
    "device name": (zipped(("NUL", b"x")), "device on some"),
    "device name with ending": (zipped(("a/com1.ipynb", b"x")), "device on some"),
    "full stop": (zipped(("evil.", b"x")), "full stop"),
    "blank": (zipped(("evil ", b"x")), "blank"),
    "markup": (zipped(("<img src=x>", b"x")), "some machines do not allow"),
    "long part": (zipped(("e" * 256, b"x")), "too long"),
    "long path": (zipped(("/".join(["e" * 100] * 4), b"x")), "too long"),
    "deep": (zipped(("a/b/c/d/e/evil", b"x")), "folders deep"),
    "note of a system": (zipped(("__MACOSX/._a", b"x")), "keeps for itself"),
    "bomb": (BOMB, "far more than it takes up"),
    "large": (zipped(("large", os.urandom(1_000_001))), "too large"),
    "encrypted": (encrypted(), "encrypted"),
    "packed by lzma": (zipped(("a", b"x"), packing=zipfile.ZIP_LZMA), "unusual way"),
    "sizes that differ": (with_size(ONE, 10), "two different sizes"),
    "names that differ": (renamed(ONE, b"b"), "differ"),
    "content that differs": (ONE[:33] + bytes([ONE[33] ^ 0x55]) + ONE[34:], "damaged"),
    "zipped link": (zipped_as(0o120777), "link"),
    "zipped device": (zipped_as(0o020666), "device"),
    "tar link": (tarred(("evil", b""), kind=tarfile.SYMTYPE, link="/etc"), "link"),
    "tar hard link": (tarred(("evil", b""), kind=tarfile.LNKTYPE, link="/etc/passwd"), "link"),
    "tar device": (tarred(("evil", b""), kind=tarfile.CHRTYPE), "device"),
    "tar pipe": (tarred(("evil", b""), kind=tarfile.FIFOTYPE), "pipe"),
    "tar parent": (tarred(("../evil", b"x")), "leads out"),
    "tar bytes": (tarred(("evil\udcff", b"x")), "cannot be seen"),
    "twice": (zipped(("a", b"first"), ("a", b"second")), "before it"),
    "case": (zipped(("Work/a", b"x"), ("work/b", b"x")), "in case or accents"),
    "accents": (
        zipped(("é", b"x"), (unicodedata.normalize("NFD", "é"), b"x")),
        "in case or accents",
    ),
    "sharp s": (zipped(("stra\xdfe", b"x"), ("STRASSE", b"x")), "in case or accents"),
    "wide": (zipped(("\uff41", b"x"), ("a", b"x")), "in case or accents"),
    "file as a folder": (zipped(("a", b"x"), ("a/b", b"x")), "is a file already"),
    "folder as a file": (zipped(("a/b", b"x"), ("a", b"x")), "a folder of this name"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_archive_that_contradicts_itself_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing of it is left anywhere, and the sentence says what was wrong."""
    content, sentence = REFUSED[name]
    with pytest.raises(UsageError, match=sentence):
        unpacked(tmp_path, content)
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]


@pytest.mark.parametrize("name", SKIPPED)
def test_a_member_that_cannot_be_taken_is_skipped(tmp_path: Path, name: str) -> None:
    """One sentence says why, and the other members are there."""
    content, sentence = SKIPPED[name]
    found = unpacked(tmp_path, content)
    (skipped,) = found.skipped
    assert sentence in skipped.reason
    assert skipped.name.isprintable()
    written = [path for path in (tmp_path / "out").rglob("*") if not path.is_dir()]
    assert sorted(path.relative_to(tmp_path / "out") for path in written) == list(found.files)
    assert all(path.lstat().st_nlink == 1 and not path.is_symlink() for path in written)
    assert {path.name for path in tmp_path.iterdir()} == {"archive", "out"}


@pytest.mark.parametrize(
    "pack",
    [
        lambda: zipped((MOODLE, b"work")),
        lambda: zipped((MOODLE, b"work"), packing=zipfile.ZIP_STORED),
        lambda: tarred((f"./{MOODLE}", b"work")),
        lambda: gzip.compress(tarred((MOODLE, b"work"))),
        lambda: (
            gzip.compress(tarred((MOODLE, b"work"))[:700])
            + gzip.compress(tarred((MOODLE, b"work"))[700:])
        ),
        lambda: bz2.compress(tarred((MOODLE, b"work"))),
        lambda: lzma.compress(tarred((MOODLE, b"work"))),
        lambda: with_zip64(zipped((MOODLE, b"work")), members=1),
        lambda: with_comment(zipped((MOODLE, b"work")), b"downloaded by hand"),
    ],
    ids=["zip", "stored", "tar", "tar.gz", "two gzips", "tar.bz2", "tar.xz", "zip64", "comment"],
)
def test_an_ordinary_archive_is_unpacked(tmp_path: Path, pack: Callable[[], bytes]) -> None:
    """Every file is there, byte by byte, and only its owner can read it."""
    found = unpacked(tmp_path, pack())
    assert found == Extracted((Path(MOODLE),))
    path = tmp_path / "out" / MOODLE
    assert path.read_bytes() == b"work"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_streamed_zip_is_unpacked(tmp_path: Path) -> None:
    """Its sizes are behind its files, as a server writes them that cannot go back."""

    class Pipe(io.RawIOBase):
        """Can only be written."""

        def __init__(self) -> None:
            super().__init__()
            self.content = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: bytes, /) -> int:  # type: ignore[override]
            self.content += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"x" * 1000)
        archive.writestr("b", b"y")
    assert unpacked(tmp_path, bytes(pipe.content)).files == (Path("a"), Path("b"))


def test_a_folder_is_copied_without_special_files(tmp_path: Path) -> None:
    """Links, hard links, pipes, sockets and files that are too deep are left out."""
    folder = tmp_path / "downloaded"
    (folder / "a" / "b" / "c" / "d" / "e").mkdir(parents=True)
    (folder / "a" / "work.ipynb").write_bytes(b"work")
    (folder / "a" / "b" / "c" / "d" / "e" / "deep").write_bytes(b"")
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "linked").symlink_to(tmp_path)
    (folder / "hard").hardlink_to(tmp_path / "secret")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as open_socket:
        open_socket.bind(str(folder / "socket"))
        found = extract(folder, tmp_path / "out", SMALL)
    assert found.files == (Path("a/work.ipynb"),)
    assert {skipped.name for skipped in found.skipped} == {
        *("a/b/c/d/e", "hard", "link", "linked", "pipe", "socket"),
    }
    with pytest.raises(UsageError, match="more than 3 files"):
        extract(folder, tmp_path / "other", replace(SMALL, members=3))


def test_a_link_or_a_pipe_is_no_archive(tmp_path: Path) -> None:
    """It is refused without waiting for anything."""
    (tmp_path / "archive").write_bytes(ONE)
    (tmp_path / "link").symlink_to(tmp_path / "archive")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", "missing"):
        with pytest.raises(UsageError):
            extract(tmp_path / name, tmp_path / "out", SMALL)
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A folder that exists stays as it is."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "kept").write_text("kept")
    with pytest.raises(UsageError, match="exists already"):
        unpacked(tmp_path, ONE)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["kept"]


def test_archives_within_stay_packed_unless_asked_for(tmp_path: Path) -> None:
    """One level is unpacked on request, and a damaged archive costs only itself."""
    inner = zipped(("work.ipynb", b"work"), ("deeper.zip", ONE))
    bomb = zipped(*((f"{n}", os.urandom(600_000)) for n in range(2)))
    outer = zipped(("one/a.zip", inner), ("two/b.ZIP", b"rubbish"), ("three/c.zip", bomb))
    packed = unpacked(tmp_path, outer, replace(SMALL, file_bytes=2_000_000))
    assert packed.files == (Path("one/a.zip"), Path("three/c.zip"), Path("two/b.ZIP"))
    shutil.rmtree(tmp_path / "out")
    found = unpacked(tmp_path, outer, replace(SMALL, nested=1, file_bytes=1_201_000))
    assert found.files == (
        Path("one/a.zip/deeper.zip"),
        Path("one/a.zip/work.ipynb"),
        Path("three/c.zip/0"),
        Path("three/c.zip/1"),
    )
    (skipped,) = found.skipped
    assert skipped.name == "two/b.ZIP"
    assert "was not unpacked: it is damaged or not an archive" in skipped.reason


def test_a_bomb_within_is_skipped_alone(tmp_path: Path) -> None:
    """Its archive may unpack to no more than one file may have."""
    bomb = zipped(*((f"{n}", b"\0" * 900_000) for n in range(40)))
    found = unpacked(
        tmp_path,
        zipped(("one/a.zip", bomb), ("two/work.ipynb", b"work")),
        replace(SMALL, nested=1, ratio=2000),
    )
    assert found.files == (Path("two/work.ipynb"),)
    (skipped,) = found.skipped
    assert skipped.name == "one/a.zip"
    assert not (tmp_path / "out" / "one" / "a.zip").exists()


@given(st.text(max_size=40))
@example("a/" * 20 + "b")
@example("é\u0301")
@example("con")
def test_a_name_that_is_taken_stays_below(name: str) -> None:
    """It is printable, stays in the folder, and means one file on any machine."""
    if reason_against(name, depth=4, name_bytes=300):
        return
    parts = name.split("/")
    assert name.isprintable()
    assert not Path(name).is_absolute()
    assert not {"", ".", ".."} & set(parts)
    assert len(parts) <= 5
    assert all(part == part.strip().rstrip(".") for part in parts)
    taken = TakenNames()
    assert not taken.reason_against(name)
    taken.take(name)
    for other in (name, name.upper(), name.swapcase(), unicodedata.normalize("NFD", name)):
        assert taken.reason_against(other)


@given(st.lists(st.text(alphabet="aAbBäÄß/.", min_size=1, max_size=6), max_size=8))
def test_names_never_collide(names: list[str]) -> None:
    """Files that are taken differ in more than the case of letters."""
    taken, files = TakenNames(), []
    for name in names:
        if not reason_against(name, depth=4, name_bytes=300) and not taken.reason_against(name):
            taken.take(name)
            files.append(name)
    assert len({name.casefold() for name in files}) == len(files)
    folders = {str(parent) for name in files for parent in Path(name.casefold()).parents}
    assert not folders & {name.casefold() for name in files}


@given(st.text(max_size=200))
def test_a_name_is_shown_on_one_line(name: str) -> None:
    """The shown name is printable and has at most 100 characters."""
    shown = shown_name(name)
    assert shown.isprintable()
    assert len(shown) <= 100
