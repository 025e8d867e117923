"""What lies in a submission's folder, and what the folder is called."""

import os
import socket
from pathlib import Path

from tests.damaged.corpus import Placer, placed
from tests.damaged.sheet import Sheet, encoded

LINK = "was a link, not a file; hand in the notebook itself"
SPECIAL = "was not an ordinary file; hand in the notebook itself"
CALLED = "the notebook was called `{called}`, not `{{assignment}}.ipynb`; it was read"
# Whose work links point to: it is there in every run.
NEIGHBOUR = "a-witness"


def notebook(sheet: Sheet, folder: Path, name: str = "") -> Path:
    """Put a right submission there, under another name if one is given."""
    path = folder / (name or f"{sheet.assignment}.ipynb")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(encoded(sheet.solved()))
    return path


def expected(sheet: Sheet, folder: Path) -> Path:
    """Where the notebook should be."""
    return folder / f"{sheet.assignment}.ipynb"


@placed("unreadable", "`{assignment}.ipynb` was a folder, not a file")
def folder_in_its_place(sheet: Sheet, folder: Path) -> None:
    """A folder is called like the notebook."""
    expected(sheet, folder).mkdir()
    notebook(sheet, expected(sheet, folder))


@placed("unreadable", LINK)
def dangling_link(sheet: Sheet, folder: Path) -> None:
    """A link to nowhere."""
    expected(sheet, folder).symlink_to("/nowhere/at/all.ipynb")


@placed("unreadable", LINK)
def link_to_passwords(sheet: Sheet, folder: Path) -> None:
    """A link to a file of the machine's."""
    expected(sheet, folder).symlink_to("/etc/passwd")


@placed("unreadable", LINK)
def link_to_itself(sheet: Sheet, folder: Path) -> None:
    """A link that never ends."""
    expected(sheet, folder).symlink_to(expected(sheet, folder))


@placed("unreadable", LINK)
def link_to_a_neighbour(sheet: Sheet, folder: Path) -> None:
    """A link to another student's work."""
    other = f"../../{NEIGHBOUR}/{sheet.assignment}/{sheet.assignment}.ipynb"
    expected(sheet, folder).symlink_to(other)


@placed("unreadable", LINK)
def link_to_the_source(sheet: Sheet, folder: Path) -> None:
    """A link to the notebook with the solutions."""
    course = folder.parents[3]
    path = course / "assignments" / sheet.assignment / f"{sheet.assignment}.ipynb"
    assert path.is_file()
    expected(sheet, folder).symlink_to(path)


@placed("unreadable", "was a link to another folder")
def link_to_a_folder(sheet: Sheet, folder: Path) -> None:
    """The whole folder is a link to another student's."""
    folder.rmdir()
    folder.symlink_to(f"../{NEIGHBOUR}/{sheet.assignment}")


@placed("unreadable", SPECIAL)
def pipe(sheet: Sheet, folder: Path) -> None:
    """A pipe that nobody writes into: who reads it waits for ever."""
    os.mkfifo(expected(sheet, folder))


@placed("unreadable", SPECIAL)
def unix_socket(sheet: Sheet, folder: Path) -> None:
    """A socket."""
    # Its address may have 107 letters, which a temporary folder's may exceed.
    before = Path.cwd()
    os.chdir(folder)
    with socket.socket(socket.AF_UNIX) as endless:
        endless.bind(expected(sheet, folder).name)
    os.chdir(before)


@placed("unreadable", "was a file where a folder with the notebook was expected")
def file_in_place_of_the_folder(sheet: Sheet, folder: Path) -> None:
    """The notebook lies where its folder should be."""
    folder.rmdir()
    folder.write_bytes(encoded(sheet.solved()))


@placed("unreadable", "there was no file `{assignment}.ipynb`; the folder was empty")
def empty_folder(sheet: Sheet, folder: Path) -> None:
    """There is nothing in the folder."""


@placed("unreadable", "the folder held `answers.docx`, `{assignment}.py`")
def other_files(sheet: Sheet, folder: Path) -> None:
    """There are files in the folder, and no notebook."""
    for name in ("answers.docx", f"{sheet.assignment}.py"):
        (folder / name).write_text("print('my homework')")


@placed("harmless", CALLED.format(called="COPY.IPYNB"))
def name_in_capitals(sheet: Sheet, folder: Path) -> None:
    """A system without small letters has named the file."""
    notebook(sheet, folder, "COPY.IPYNB")


@placed("harmless", "it was read")
def name_in_other_case(sheet: Sheet, folder: Path) -> None:
    """The name begins with a capital, and another notebook lies beside it."""
    notebook(sheet, folder, f"{sheet.assignment.title()}.ipynb")
    (folder / "scratch.ipynb").write_bytes(encoded(sheet.untouched()))


@placed("harmless", "it was read")
def name_of_a_second_download(sheet: Sheet, folder: Path) -> None:
    """A browser has added a number to the name."""
    notebook(sheet, folder, f"{sheet.assignment} (1).ipynb")


@placed("harmless", "it was read")
def name_with_marks(sheet: Sheet, folder: Path) -> None:
    """The name is a piece of Markdown, with a script and a line end."""
    notebook(sheet, folder, "`[x](javascript:alert('canary'))\n<script>\x1b[31m.ipynb")


@placed("unreadable", "2 other notebooks (`{assignment}-new.ipynb`, `{assignment}-old.ipynb`)")
def two_other_notebooks(sheet: Sheet, folder: Path) -> None:
    """Two notebooks, neither of which is called as it should be."""
    for age in ("old", "new"):
        notebook(sheet, folder, f"{sheet.assignment}-{age}.ipynb")


@placed("harmless")
def notebooks_beside(sheet: Sheet, folder: Path) -> None:
    """The right notebook, and others beside it."""
    notebook(sheet, folder)
    for name in (f"{sheet.assignment} (1).ipynb", "scratch.ipynb"):
        (folder / name).write_bytes(encoded(sheet.untouched()))


@placed("unreadable", "the folder held `.ipynb_checkpoints`")
def checkpoint_only(sheet: Sheet, folder: Path) -> None:
    """Only what Jupyter had saved by itself some time ago."""
    notebook(sheet, folder / ".ipynb_checkpoints", f"{sheet.assignment}-checkpoint.ipynb")


@placed("harmless")
def checkpoint_beside(sheet: Sheet, folder: Path) -> None:
    """An older state beside the notebook."""
    notebook(sheet, folder)
    (folder / ".ipynb_checkpoints").mkdir()
    older = folder / ".ipynb_checkpoints" / f"{sheet.assignment}-checkpoint.ipynb"
    older.write_bytes(encoded(sheet.untouched()))


@placed("harmless", "the notebook was called `homework/{assignment}.ipynb`")
def folder_within(sheet: Sheet, folder: Path) -> None:
    """An archive was unpacked into a folder of its own, with a system's files beside it."""
    notebook(sheet, folder / "homework")
    notebook(sheet, folder / "__MACOSX", f"._{sheet.assignment}.ipynb")
    (folder / ".DS_Store").write_bytes(b"\0")


@placed("harmless")
def timestamp_of_odd_type(sheet: Sheet, folder: Path) -> None:
    """The file that says when it was handed in is a pipe."""
    notebook(sheet, folder)
    os.mkfifo(folder / "timestamp.txt")


@placed("harmless")
def timestamp_of_garbage(sheet: Sheet, folder: Path) -> None:
    """The file that says when it was handed in says something else, at length."""
    notebook(sheet, folder)
    (folder / "timestamp.txt").write_bytes(b"\xff\0/etc/passwd" * 10_000)


@placed("harmless" if os.geteuid() == 0 else "unreadable", "" if os.geteuid() == 0 else "readable")
def not_permitted(sheet: Sheet, folder: Path) -> None:
    """A file that only the administrator may read."""
    notebook(sheet, folder).chmod(0)


NAMES = {
    "name_with_blanks": " two  words ",
    "name_of_other_alphabets": "Ωμέγα 学生 \N{GRINNING FACE}",
    "name_decomposed": "Mu\N{COMBINING DIAERESIS}ller",
    "name_composed": "M\N{LATIN SMALL LETTER U WITH DIAERESIS}ller",
    "name_like_an_option": "--force",
    "name_with_dots": "a..b...",
    "name_of_200_letters": "x" * 200,
    "name_of_two_lines": "first\nsecond\r\n",
    "name_of_a_formula": '=HYPERLINK("x","y"),',
    "name_of_a_terminal": "\x1b[31mred\x1b[0m\a",
    "name_of_a_page": "<script>alert('canary')<",
    "name_of_a_shell": "$(touch x);`id`|&",
    "name_of_a_backslash": "a\\..\\..\\x",
    "name_of_a_pattern": "[*]?{a,b}%s{0}",
    "name_right_to_left": "abc\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe",
    "name_of_no_utf_8": os.fsdecode(b"caf\xe9"),
    "name_of_no_utf_8_either": os.fsdecode(b"caf\xe8"),
}


def _called() -> Placer:
    def place(sheet: Sheet, folder: Path) -> None:
        notebook(sheet, folder)

    return place


for _name, _student in NAMES.items():
    _place = _called()
    _place.__name__ = _name
    _place.__doc__ = f"A right submission in the folder {_student!a}."
    placed("harmless", student=_student)(_place)
