"""A submission's folder: what is opened, and what is said where the notebook is not."""

import os
from pathlib import Path

import pytest

from autograder.notebook.document import UnreadableError, quoted
from autograder.notebook.submission_file import find_notebook, read_bytes


def put(folder: Path, *names: str) -> None:
    """Empty files of these names."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_the_expected_notebook_is_taken(tmp_path: Path) -> None:
    """whatever else lies beside it, and even when it is no file at all."""
    put(tmp_path, "sums.ipynb", "Sums.ipynb", "sums (1).ipynb")
    assert find_notebook(tmp_path, "sums") == (tmp_path / "sums.ipynb", "")
    (tmp_path / "other.ipynb").symlink_to("nowhere")
    assert find_notebook(tmp_path, "other") == (tmp_path / "other.ipynb", "")


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["sums (1).ipynb"], "sums (1).ipynb"),
        (["Sums.ipynb", "other.ipynb"], "Sums.ipynb"),
        (["SUMS.IPYNB"], "SUMS.IPYNB"),
        (["inner/sums.ipynb", "inner/other.ipynb", ".x/sums.ipynb"], "inner/sums.ipynb"),
        (["other.ipynb", "inner/sums.ipynb", "._sums.ipynb"], "other.ipynb"),
        (["inner/a.ipynb", "__MACOSX/b.ipynb", ".ipynb_checkpoints/c.ipynb"], "inner/a.ipynb"),
    ],
)
def test_a_notebook_of_another_name_is_found(tmp_path: Path, names: list[str], found: str) -> None:
    """as long as only one can be meant, and a sentence says which one it was."""
    put(tmp_path, *names)
    path, sentence = find_notebook(tmp_path, "sums")
    assert path == tmp_path / found
    assert sentence == f"the notebook was called `{found}`, not `sums.ipynb`; it was read"


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ([], "there was no file `sums.ipynb`; the folder was empty"),
        (["timestamp.txt"], "the folder was empty"),
        (["b.txt", "a.py"], "the folder held `a.py`, `b.txt`"),
        (["a", "b", "c", "d"], "the folder held `a`, `b`, `c`, …"),
        (["b.ipynb", "a.ipynb"], "but 2 other notebooks (`a.ipynb`, `b.ipynb`); the right one"),
        (["Sums.ipynb", "SUMS.ipynb"], "but 2 other notebooks"),
        (["x/a.ipynb", "y/a.ipynb"], "but 2 other notebooks (`x/a.ipynb`, `y/a.ipynb`)"),
        (["x/y/a.ipynb"], "the folder held `x`"),
    ],
)
def test_what_cannot_be_told_apart_is_not_taken(
    tmp_path: Path, names: list[str], says: str
) -> None:
    """the sentence says what there was instead."""
    put(tmp_path, *names)
    with pytest.raises(UnreadableError) as refused:
        find_notebook(tmp_path, "sums")
    assert says in str(refused.value)


def test_neither_a_link_nor_a_pipe_is_a_notebook_of_another_name(tmp_path: Path) -> None:
    """only ordinary files are looked for."""
    (tmp_path / "a.ipynb").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "b.ipynb")
    (tmp_path / "c.ipynb").mkdir()
    (tmp_path / "inner").symlink_to("/")
    with pytest.raises(
        UnreadableError, match=r"the folder held `a.ipynb`, `b.ipynb`, `c.ipynb`, …"
    ):
        find_notebook(tmp_path, "sums")


def test_what_the_operator_may_not_read_is_the_operators(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """the sentence says who has to act, for the folder and for the file."""
    put(tmp_path, "sums.ipynb")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(UnreadableError, match=r"`sums.ipynb` could not be opened \(Permission de"):
        read_bytes(tmp_path / "sums.ipynb")
    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(
        UnreadableError, match=r"the folder .* could not be opened .* grade it again"
    ):
        find_notebook(tmp_path, "other")


def test_a_disk_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """as any other reason that a file is not read."""
    put(tmp_path, "sums.ipynb")

    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdopen", fail)
    with pytest.raises(UnreadableError, match="could not be read: Input/output error"):
        read_bytes(tmp_path / "sums.ipynb")


def test_a_name_in_a_sentence_is_short_and_plain() -> None:
    """it cannot end the line, the code span or the sentence."""
    assert quoted("a`b\n\x1b[31m\ud800\N{RIGHT-TO-LEFT OVERRIDE}") == "`a?b??[31m??`"
    assert quoted("x" * 61) == f"`{'x' * 59}…`"
