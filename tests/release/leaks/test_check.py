"""The leak check: each kind of leak in a built release, and clean releases."""

import base64
import gzip
import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.course.settings import Course, load_course
from autograder.errors import UsageError
from autograder.gradebook.student_version import make_student_version
from autograder.grading.preparation import load_source
from autograder.judge.suite import SUITES, load_suite, seeded
from autograder.judge.variants import read_variants
from autograder.model.observation import Observation
from autograder.probe.observation_file import read_observations, write_observations
from release.build import build_release, make_release
from release.leaks.assignment_rules import leak_rules_of
from release.leaks.check import find_leaks, refuse_leaks
from tests.release.planting import (
    HIGHLIGHTED,
    NOTEBOOK,
    PROJECT,
    RENAMED,
    SOLVED,
    TRACED,
    Notebook,
    edit,
    recordings,
    show,
)

NAMES = sorted(path.stem for path in PROJECT.glob("assignments/*/*.ipynb"))
SECRET = bytes(range(32)).hex().encode()
SUITE = SUITES / "training" / "train_step"
SOLUTION = "the solution of `train_step`"
Leaks = Callable[[Path], str]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """This very course, with a workspace and a secret of its own."""
    workspace = tmp_path_factory.mktemp("workspace")
    (workspace / "course-secret").write_bytes(SECRET + b"\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AUTOGRADER_SECRET", raising=False)
        yield load_course(PROJECT, workspace=workspace)


@pytest.fixture(scope="module")
def built(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of ``training``, as it is made."""
    folder = tmp_path_factory.mktemp("built")
    recorded = recordings("training", tmp_path_factory.mktemp("recorded"))
    return make_release(course, "training", recorded=recorded, folder=folder)


@pytest.fixture
def release(built: Path, tmp_path: Path) -> Path:
    """A copy of it to add something to, with few files of the kit, so that it is read quickly."""
    rest = shutil.ignore_patterns("simgpu", "checks", "suites", "selfcheck", "model", "[i-z]*.py")
    return shutil.copytree(built, tmp_path / "training", ignore=rest)


@pytest.fixture(scope="module")
def leaks(course: Course) -> Callable[[Path], str]:
    """What is found in a folder, a line each."""
    rules = leak_rules_of(course, load_source(course, "training"))
    return lambda release: "\n".join(find_leaks(release, rules))


@pytest.mark.parametrize("name", NAMES)
def test_a_clean_release_has_no_leak(name: str, course: Course, tmp_path: Path) -> None:
    """It is true that nothing is found in any assignment as it is."""
    recorded = recordings(name, tmp_path)
    release = make_release(course, name, recorded=recorded, folder=tmp_path / "made")
    assert find_leaks(release, leak_rules_of(course, load_source(course, name))) == ()


@pytest.mark.parametrize(
    "text",
    [
        SOLVED,
        RENAMED,
        f"Do it like this:\n\n```python\n{RENAMED}```\n",
        "It's simple, isn't it? " + "; ".join(SOLVED.splitlines()),
        "".join(f"# {line}\n" for line in SOLVED.splitlines()),
        "".join(f"> + {line}\n" for line in SOLVED.splitlines()),
        f"answer = {SOLVED!r}",
        base64.b64encode(SOLVED.encode()).decode(),
        base64.b64encode(gzip.compress(RENAMED.encode())).decode(),
        SOLVED.encode().hex(),
        SOLVED.rpartition("return")[0],
    ],
    ids=[
        *("as it is", "renamed", "in a fence", "in a sentence", "as comments", "quoted"),
        *("as a string", "in base64", "compressed", "in hexadecimal", "without its end"),
    ],
)
@pytest.mark.parametrize("kind", ["markdown", "code", "raw"])
def test_a_solution_in_a_cell_is_found(leaks: Leaks, release: Path, text: str, kind: str) -> None:
    """It is true that it is recognised in any form, and that the cell is named."""
    edit(release, lambda nb: nb["cells"][2].update(cell_type=kind, source=text))
    found = leaks(release)
    assert SOLUTION.capitalize() in found
    assert f"{NOTEBOOK}, cell 3 (`" in found


@pytest.mark.parametrize(
    ("place", "plant"),
    [
        ("outputs", lambda cell: cell.update(outputs=show(RENAMED))),
        ("outputs", lambda cell: cell.update(outputs=show(HIGHLIGHTED, "text/html"))),
        ("outputs", lambda cell: cell.update(outputs=show(TRACED))),
        ("metadata", lambda cell: cell["metadata"].update(notes={"kept": [{"old": SOLVED}]})),
        ("metadata", lambda cell: cell["metadata"].update({SOLVED: 1})),
        (
            "attachments",
            lambda cell: cell.update(
                attachments={"a.txt": {"image/png": base64.encodebytes(SOLVED.encode()).decode()}}
            ),
        ),
        (
            "id",
            lambda cell: cell.update(id=base64.urlsafe_b64encode(SOLVED.encode()).decode()),
        ),
    ],
    ids=["text", "html", "traceback", "metadata", "keys", "attachment", "id"],
)
def test_a_solution_beside_a_cells_text_is_found(
    leaks: Leaks, release: Path, place: str, plant: Callable[[Notebook], None]
) -> None:
    """It is true that outputs, metadata, attachments and ids are searched, and named."""
    edit(release, lambda nb: plant(nb["cells"][1]))
    found = leaks(release)
    assert f"{SOLUTION.capitalize()} is in {NOTEBOOK}, cell 2 (`" in found
    assert f"), {place}" in found


def test_a_solution_in_the_notebooks_metadata_is_found(leaks: Leaks, release: Path) -> None:
    """It is true that the whole document is searched."""
    edit(release, lambda nb: nb["metadata"].update(author={"notes": SOLVED}))
    assert f"{SOLUTION.capitalize()} is in {NOTEBOOK}, the notebook's metadata" in leaks(release)


def test_what_json_hides_is_found(leaks: Leaks, release: Path) -> None:
    """It is true that text is found under a repeated key, of which JSON reads only the last."""
    path = release / NOTEBOOK
    text = path.read_text(encoding="utf-8")
    path.write_text('{"cells": [' + json.dumps(SOLVED) + "], " + text.lstrip()[1:])
    assert f"{SOLUTION.capitalize()} is in {NOTEBOOK}." in leaks(release)


def _zipped(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", b"\x93NUMPY\0\0" + text.encode())
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("helper.py", RENAMED.encode()),
        ("notes.txt", SOLVED.encode("utf-16")),
        ("data.json", json.dumps({"rows": [[SOLVED]]}).encode()),
        ("data.npz", _zipped(SOLVED)),
        ("model.safetensors", b"\x08\0\0\0\0\0\0\0{}      " + SOLVED.encode() + b"\0\0\0"),
        ("autograder/probe/observe.py", RENAMED.encode()),
    ],
)
def test_a_solution_in_another_file_is_found(
    leaks: Leaks, release: Path, name: str, content: bytes
) -> None:
    """It is true that every file of a release is read, archives included."""
    (release / name).write_bytes(content)
    assert f"{SOLUTION.capitalize()} is in {name}" in leaks(release)


def test_accepted_variants_and_misconceptions_are_named(leaks: Leaks, release: Path) -> None:
    """It is true that nine in ten are named rightly, and that all but short ones are found."""
    for file, kind in (
        ("accepted.py", "accepted variant"),
        ("misconceptions.diff", "misconception"),
    ):
        variants = read_variants(SUITE / file)
        found, named = 0, 0
        for variant in variants:
            (release / "notes.txt").write_text(variant.source)
            said = leaks(release)
            found += "`train_step` is in notes.txt" in said
            named += f"The {kind} `{variant.id}` of `train_step` is in notes.txt" in said
        assert found >= 0.9 * len(variants)
        assert named >= 0.6 * len(variants)


def test_another_assignments_solution_is_found(leaks: Leaks, release: Path) -> None:
    """It is true that a notebook with the answers of another assignment is reported."""
    shutil.copy(PROJECT / "assignments/autograd/autograd.ipynb", release / "earlier.ipynb")
    assert "The solution of `dydx` in autograd is in earlier.ipynb, cell" in leaks(release)


def test_a_model_answer_is_found(leaks: Leaks, release: Path) -> None:
    """It is true that a sentence of it is enough."""
    text = "as it says:  optimizer.step() **changes** the parameters. Without it the gradients are"
    edit(release, lambda nb: nb["cells"][2].update(source=text))
    assert f"The model answer of `three_calls` is in {NOTEBOOK}, cell 3" in leaks(release)


HIDDEN = load_suite("training", "train_step")
CHECK = next(one for one in HIDDEN.checks if one.hidden)
STALE = next(one for one in HIDDEN.scenarios if one.hidden and one.options)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("the case of partly_owned", "hidden scenario `partly_owned`"),
        ('Scenario("modes", {})', "hidden scenario `modes`"),
        ('@check("elsewhere", "modes", weight=2)', "hidden scenario `modes`"),
        ('{"modes": 186411235034310}', "hidden scenario `modes`"),
        (f"x = {dict(STALE.options)!r}", f"hidden scenario `{STALE.name}`"),
        (json.dumps({"more": dict(STALE.options)}, indent=2), f"hidden scenario `{STALE.name}`"),
        (f"def {CHECK.name}(): ...", f"hidden check `{CHECK.name}`"),
        (f"**{CHECK.title.replace(' ', chr(10), 1)}**", f"hidden check `{CHECK.name}`"),
    ],
    ids=["name", "word", "check", "seed", "options", "json", "check's name", "title"],
)
def test_hidden_scenarios_and_checks_are_found(
    leaks: Leaks, release: Path, text: str, what: str
) -> None:
    """It is true that each is found by name, options or title, in any file."""
    edit(release, lambda nb: nb["cells"][1]["metadata"].update(notes=text))
    found = leaks(release)
    assert f"The {what} of `train_step` is in {NOTEBOOK}" in found
    (release / "notes.txt").write_text(text)
    assert f"The {what} of `train_step` is in notes.txt" in leaks(release)


def test_an_observation_of_a_hidden_scenario_is_found(leaks: Leaks, release: Path) -> None:
    """It is true that only public scenarios may have recorded observations."""
    path = release / "autograder/recorded/training/train_step/observations"
    seen = read_observations(path)
    assert seen is not None
    write_observations(path, {**seen, "no-zero": {"modes": Observation("modes", {"x": 1.0})}})
    assert "An observation of `modes`, which is no public scenario, is in" in leaks(release)
    path.write_bytes(b"\0\0\0\7nothing")
    assert "observations is no archive of observations" in leaks(release)


@pytest.mark.parametrize(
    "content",
    [
        SECRET,
        bytes.fromhex(SECRET.decode()),
        SECRET.upper(),
        SECRET.hex().encode(),
        base64.b64encode(SECRET),
        base64.b64encode(b"x" + bytes.fromhex(SECRET.decode()) + b"yz"),
        base64.urlsafe_b64encode(b"xy" + SECRET),
        SECRET.decode().encode("utf-16-le"),
        gzip.compress(SECRET),
    ],
    ids=["text", "raw", "upper", "hex", "base64", "raw base64", "urlsafe", "utf-16", "gzip"],
)
def test_the_course_secret_is_found(leaks: Leaks, release: Path, content: bytes) -> None:
    """It is true that it is found in any encoding, and that the sentence does not quote it."""
    path = release / "data.bin"
    path.write_bytes(content if content[:2] == b"\x1f\x8b" else b"\0more" + content + b"\0more")
    found = leaks(release)
    assert "The course secret is in data.bin" in found
    assert SECRET.decode() not in found


def test_the_environments_secret_and_graded_seeds_are_found(
    course: Course, leaks: Leaks, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is true that what decides grades is found whether a file or the environment holds it."""
    monkeypatch.setenv("AUTOGRADER_SECRET", "a secret of the environment")
    (release / "notes.txt").write_text("a secret of the environment")
    found = find_leaks(release, leak_rules_of(course, load_source(course, "training")))
    assert "The course secret is in notes.txt." in found
    (graded, *_) = seeded(HIDDEN.key, HIDDEN.scenarios, SECRET)
    (release / "notes.txt").write_text(f"[{graded.seed}]")
    assert f"The graded seed of `{graded.name}` of `train_step`" in leaks(release)


def test_a_gradebook_is_found(leaks: Leaks, release: Path, tmp_path: Path) -> None:
    """It is true that it is found by its name, as an attachment, and as a dump."""
    book = tmp_path / "book"
    with sqlite3.connect(book) as database:
        database.execute('CREATE TABLE "submitted_assignment" (id INTEGER)')
        dump = "\n".join(database.iterdump())
    database.close()
    shutil.copy(book, release / "gradebook.db")
    packed = {"x.png": {"image/png": base64.b64encode(book.read_bytes()).decode()}}
    edit(release, lambda nb: nb["cells"][2].update(attachments=packed))
    edit(release, lambda nb: nb["cells"][1].update(source=dump))
    found = leaks(release)
    assert "gradebook.db must not be there: a database" in found
    assert "A gradebook is in gradebook.db" in found
    assert f"A gradebook is in {NOTEBOOK}, cell 3 (`line`), attachments" in found
    assert f"A gradebook is in {NOTEBOOK}, cell 2 (`setup`)" in found


def test_paths_of_the_instructor_are_found(course: Course, leaks: Leaks, release: Path) -> None:
    """It is true that the paths of the course, the workspace and the home are found."""
    for folder in (course.root, course.workspace, Path.home()):
        shown = {"outputs": show(f'File "{folder}/x.py", line 1')}
        edit(release, lambda nb: nb["cells"][1].update(shown))  # noqa: B023 - called at once
        assert f"of this machine is in {NOTEBOOK}, cell 2 (`setup`), outputs" in leaks(release)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("autograder/suites/training/train_step/hidden.py", "the hidden checks"),
        ("autograder/suites/training/train_step/accepted.py", "accepted variants"),
        ("autograder/suites/training/train_step/misconceptions.diff", "misconceptions"),
        ("autograder/suites/training/train_step/equivalent.txt", "right mutants"),
        ("autograder/__pycache__/errors.cpython-311.pyc", "compiled code"),
        ("helper.pyc", "compiled code"),
        (".ipynb_checkpoints/training-checkpoint.ipynb", "an earlier state"),
        (".git/HEAD", "the history"),
        ("course-secret", "the course secret"),
    ],
)
def test_files_that_no_release_may_hold_are_refused(
    leaks: Leaks, release: Path, name: str, what: str
) -> None:
    """It is true that they are refused for what they are, even when empty."""
    path = release / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    assert f"{name} must not be there: {what}" in leaks(release)


def test_links_are_refused(leaks: Leaks, release: Path) -> None:
    """It is true that a link, which may lead to anything, is no part of a release."""
    (release / "data").symlink_to(SUITE)
    assert "data is a link or a device" in leaks(release)


def test_a_zip_is_looked_into(leaks: Leaks, release: Path, tmp_path: Path) -> None:
    """It is true that a package is checked as a folder is."""
    (release / "notes.txt").write_text(SOLVED)
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", release))
    assert f"{SOLUTION.capitalize()} is in notes.txt." in leaks(packed)


def copied(root: Path) -> Course:
    """A course of its own with ``training`` as it is."""
    root.mkdir()
    for name in ("course_config.py", "nbgrader_config.py"):
        shutil.copy(PROJECT / name, root)
    shutil.copytree(PROJECT / "assignments/training", root / "assignments/training")
    return load_course(root)


def test_a_leak_refuses_the_build(course: Course, tmp_path: Path) -> None:
    """It is true that a notebook with an answer is not released; the error says where it is."""
    leaky = copied(tmp_path / "course")
    path = leaky.notebook("training")
    document = json.loads(path.read_text(encoding="utf-8"))
    document["cells"][2]["source"] = RENAMED
    path.write_text(json.dumps(document), encoding="utf-8")
    recorded = recordings("training", tmp_path)
    source = make_student_version(leaky, "training")
    with pytest.raises(
        UsageError, match=r"must not reach students.* 1\. The solution of `train_step`"
    ):
        build_release(leaky, source, recorded=recorded, force=False)
    assert not (leaky.release / "training").exists()
    assert course.secret_file.read_bytes() == SECRET + b"\n"


def test_a_half_written_assignment_is_passed_over(tmp_path: Path) -> None:
    """It is true that another notebook that cannot be read hides no answer of this one."""
    course = copied(tmp_path / "course")
    (course.source / "draft").mkdir()
    (course.source / "draft" / "draft.ipynb").write_text('{"cells": [{}]}')
    assert "draft" in course.assignments()
    rules = leak_rules_of(course, load_source(course, "training"))
    assert rules.answers.found_in(SOLVED) == (SOLUTION,)


def test_many_leaks_are_shortened(course: Course, release: Path) -> None:
    """It is true that a dozen are listed, and the number of the others."""
    for number in range(20):
        (release / f"notes-{number:02}.txt").write_text(SOLVED)
    with pytest.raises(UsageError, match=r"12\. The solution .* and 8 more\."):
        refuse_leaks(release, leak_rules_of(course, load_source(course, "training")))
