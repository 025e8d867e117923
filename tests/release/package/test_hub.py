"""For a JupyterHub: links that nbgitpuller understands, and a folder that can be pushed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from autograder.course.settings import Course
from autograder.errors import UsageError
from release.build import Recordings
from release.cli import main
from release.package import hub as hub_module
from release.package.hub import write_hub
from release.package.hub_links import Hub, hub_of
from release.replace_folder import difference
from tests.grading.fakes import ASSIGNMENT
from tests.release.test_build import build, edit

REPOSITORY = "https://git.example.org/pytorch/notebooks"
HUB = "https://hub.example.org"


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Recorded observations, as the judge would write them."""
    folder = tmp_path / "recorded" / ASSIGNMENT / "double"
    folder.mkdir(parents=True)
    (folder / "exercise.json").write_text("{}")

    @contextmanager
    def opened(*_: object, say: object) -> Iterator[Recordings]:  # noqa: ARG001 - the signature
        yield lambda _: tmp_path / "recorded"

    monkeypatch.setattr(hub_module, "locked_releases", opened)
    return tmp_path / "recorded"


def hub(address: str = HUB, *, repository: str = REPOSITORY, branch: str = "main") -> Hub:
    """A hub, as the command line describes it."""
    return hub_of(address, repository=repository, branch=branch)


def write(course: Course, *, force: bool = False) -> dict[str, str]:
    """Write the folder for the tiny assignment."""
    return write_hub(course, [ASSIGNMENT], hub(), force=force, say=lambda _: None)


def test_a_link_is_as_nbgitpuller_has_it() -> None:
    """It is true that repository, branch and the file to open are parameters of the link."""
    assert hub().link("training/training.ipynb") == (
        "https://hub.example.org/hub/user-redirect/git-pull"
        "?repo=https%3A%2F%2Fgit.example.org%2Fpytorch%2Fnotebooks&branch=main"
        "&urlpath=lab/tree/notebooks/training/training.ipynb%3Fautodecode"
    )


@pytest.mark.parametrize(
    ("given", "repo", "folder"),
    [
        (REPOSITORY, REPOSITORY, "notebooks"),
        (f"{REPOSITORY}//", REPOSITORY, "notebooks"),
        (f"{REPOSITORY}.git", f"{REPOSITORY}.git", "notebooks"),
        (f"{REPOSITORY}.git/", f"{REPOSITORY}.git", "notebooks"),
        (
            "http://git.example.org:8080/a%20b/my%20course",
            "http://git.example.org:8080/a%20b/my%20course",
            "my course",
        ),
        ("https://x.org/a+b&c=d", "https://x.org/a+b&c=d", "a+b&c=d"),
    ],
)
@pytest.mark.parametrize("branch", ["main", "2030/spring", "übung+1&x=y"])
@pytest.mark.parametrize(
    ("address", "home"),
    [
        (HUB, HUB),
        (f"{HUB}/", HUB),
        ("http://localhost:8000/jupyter/", "http://localhost:8000/jupyter"),
    ],
)
def test_what_is_asked_for_arrives(
    given: str, repo: str, folder: str, branch: str, address: str, home: str
) -> None:
    """It is true that nbgitpuller reads the same values, and opens the file in its folder."""
    link = hub(address, repository=given, branch=branch).link("sums/sums.ipynb")
    assert link.isascii()
    assert " " not in link
    assert link.startswith(f"{home}/hub/user-redirect/git-pull?")
    asked = {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}
    assert (asked["repo"], asked["branch"]) == (repo, branch)
    # What nbgitpuller calls the folder: see nbgitpuller/handlers.py.
    made = asked.get("targetpath", repo.rpartition("/")[2])
    assert made == folder
    opened = urlsplit(asked["urlpath"])
    assert opened.query == "autodecode"
    assert unquote(opened.path) == f"lab/tree/{folder}/sums/sums.ipynb"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"address": "hub.example.org"}, "--hub is 'hub.example.org': an address begins with"),
        ({"address": "ftp://hub.example.org"}, "begins with https://"),
        ({"address": "https://[::1"}, "it is no address"),
        ({"address": "https://x.org:99999"}, "it is no address"),
        ({"address": f"{HUB}/hub/home"}, "only the address before /hub"),
        ({"repository": "git@git.example.org:a/b.git"}, "--repository is .*begins with https://"),
        ({"repository": "https://me:word@x.org/a"}, "leave out who logs in"),
        ({"repository": "https://x.org/a?b=c"}, r"what follows \? or #"),
        ({"repository": "https://x.org/a b"}, "write a blank as %20"),
        ({"repository": "https://x.org/é"}, "in percents as well"),
        ({"repository": "https://x.org/"}, "ends with a name"),
        ({"repository": "https://x.org/a/.git"}, "ends with a name"),
        ({"repository": "https://x.org/a/.."}, "ends with a name"),
        *(
            ({"branch": branch}, "no name that git allows")
            for branch in ("", "a b", "-a", "a..b", "/a", "a/", "a.lock", "a\n", "a~1", "@{x")
        ),
    ],
)
def test_a_bad_address_is_reported(given: dict[str, str], reason: str) -> None:
    """It is true that one sentence says which it is, and what is expected."""
    with pytest.raises(UsageError, match=reason) as refused:
        hub(**given)
    assert "\n" not in str(refused.value)


def test_the_folder_holds_the_releases(course: Course, recorded: Path) -> None:
    """It is true that the files are the same bytes, beside a list of links, and nothing else."""
    release = build(course, recorded)
    (release / ".ipynb_checkpoints").mkdir()
    (release / ".ipynb_checkpoints" / "x").write_bytes(b"x")
    links = write(course)
    folder = course.workspace / "hub"
    assert {path.name for path in folder.iterdir()} == {ASSIGNMENT, "README.md"}
    assert difference(release, folder / ASSIGNMENT, ignored={".ipynb_checkpoints"}) is None
    assert not (folder / ASSIGNMENT / ".ipynb_checkpoints").exists()
    assert (folder / ASSIGNMENT / "autograder" / "selfcheck").is_dir()
    assert links == {ASSIGNMENT: hub().link("sums/sums.ipynb")}
    assert f"- [sums](<{links[ASSIGNMENT]}>)\n" in (folder / "README.md").read_text()


def test_the_repository_is_left_alone(course: Course, recorded: Path) -> None:
    """It is true that `.git` and earlier assignments are kept, and these are listed."""
    build(course, recorded)
    folder = course.workspace / "hub"
    for name in (".git/HEAD", "earlier/earlier.ipynb"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text("x")
    assert list(write(course)) == [ASSIGNMENT]
    assert (folder / ".git" / "HEAD").read_text() == "x"
    assert "- [earlier](<" in (folder / "README.md").read_text()


def test_nothing_is_replaced_unasked(course: Course, recorded: Path) -> None:
    """It is true that a file that differs is named and kept, until --force replaces it."""
    build(course, recorded)
    write(course)
    write(course)
    edit(course, "Good luck!")
    build(course, recorded, force=True)
    with pytest.raises(UsageError, match=r"sums differs from the release \(sums\.ipynb\)"):
        write(course)
    write(course, force=True)
    place = course.workspace / "hub"
    assert "Good luck!" in (place / ASSIGNMENT / "sums.ipynb").read_text()
    (place / "README.md").write_text("Mine.")
    with pytest.raises(UsageError, match=r"README\.md was not written by this command"):
        write(course)
    assert (place / "README.md").read_text() == "Mine."
    write(course, force=True)
    assert (place / "README.md").read_text().startswith("# Notebooks\n")


def test_a_stale_release_is_not_handed_out(course: Course, recorded: Path) -> None:
    """It is true that the error names the file that differs, and that no folder is made."""
    build(course, recorded)
    edit(course, "Good luck!")
    with pytest.raises(UsageError, match="is not what would be built now"):
        write(course)
    assert not (course.workspace / "hub").exists()


def test_a_folder_that_cannot_be_written_is_reported(course: Course, recorded: Path) -> None:
    """It is true that one sentence says why."""
    build(course, recorded)
    (course.workspace / "hub").write_text("")
    with pytest.raises(UsageError, match="hub cannot be written: File exists"):
        write(course)


@pytest.mark.usefixtures("recorded")
def test_the_command_prints_the_links(
    course: Course, recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is true that each link is a line, and that a bad address is refused before any work."""
    build(course, recorded)
    words = ["hub", "--all", "--unverified", "--repository", REPOSITORY, "--hub"]
    assert main([*words, "nowhere"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (course.workspace / "hub").exists()
    assert main([*words, HUB]) == 0
    assert capsys.readouterr().out == f"{hub().link('sums/sums.ipynb')}\n"
