"""Packs built releases: one zip an assignment, ready to be handed out. In the operator's process.

What is packed is the release as it was built, and only if it is what would be built now.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from autograder.course.files import write_atomically
from autograder.course.history import name_package
from autograder.course.settings import Course
from autograder.course.workspace import locked_workspace
from autograder.errors import UsageError
from autograder.grading.preparation import load_source
from release.build import Recordings, Say, build_releases, make_release, open_recordings
from release.leaks.check import refuse_leaks
from release.package.changes import announcement, changes_between
from release.package.manifest import NAME, Version, VersionHistory, content_digest, manifest_of
from release.package.package_files import README, REQUIREMENTS, readme, released_files, requirements
from release.package.replace_folder import difference
from release.package.zip_archive import contents, reproducible_zip

# What opening a release in Jupyter, or importing its kit, leaves in it.
LEFT_BEHIND = {"__pycache__", ".ipynb_checkpoints"}


def pack_releases(course: Course, names: Sequence[str], *, say: Say) -> Iterator[Path]:
    """Pack the releases one by one, building those that are missing; yields each one's package.

    Args:
        course: Where things lie.
        names: The assignments.
        say: Is told what is being done.

    Raises:
        UsageError: There is no such assignment, its release is not what would be built now, or
            something in it must not reach students.
        SuiteError: nbgrader refuses a source notebook, or it does not fit its suite.
    """
    with open_releases(course, names, say=say) as recordings:
        for name in names:
            yield pack_release(course, name, recordings=recordings, say=say)


@contextmanager
def open_releases(course: Course, names: Sequence[str], *, say: Say) -> Iterator[Recordings]:
    """Build the releases that are missing; then the workspace is locked, and theirs to read."""
    for name in names:
        course.notebook(name)
    missing = [name for name in names if not (course.release / name).is_dir()]
    for folder in build_releases(course, missing, force=False, say=say):
        say(f"built {folder.name}")
    with locked_workspace(course), open_recordings(course, say) as recordings:
        yield recordings


def pack_release(course: Course, name: str, *, recordings: Recordings, say: Say) -> Path:
    """Pack one release; where there was an earlier one, tell what has changed for students.

    Args:
        course: Where things lie.
        name: The assignment; its release has been built.
        recordings: Gives the folder of recorded observations that the self-check needs.
        say: Is told what has changed.
    """
    files = current_files(course, name, recordings=recordings)
    for added in {README, NAME, REQUIREMENTS} & files.keys():
        raise UsageError(
            f"{course.release / name} holds a {added} of its own; every package gets one. Rename "
            "it."
        )
    return _write(course, name, files | {REQUIREMENTS: requirements()}, say=say)


def current_files(course: Course, name: str, *, recordings: Recordings) -> dict[str, bytes]:
    """Path → content of a built release, and nothing that a look at it has left there.

    Raises:
        UsageError: It is not what would be built now.
    """
    release = course.release / name
    with tempfile.TemporaryDirectory(prefix="packing-") as folder:
        fresh = make_release(course, name, recorded=recordings(name), folder=Path(folder))
        _refuse_stale(release, fresh)
        paths = sorted(path.relative_to(fresh).as_posix() for path in _files(fresh))
    return released_files(release, paths)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _refuse_stale(release: Path, fresh: Path) -> None:
    found = difference(release, fresh, ignored=LEFT_BEHIND)
    if found is not None:
        raise UsageError(
            f"{release} is not what would be built now: {found} differs. Type "
            f"`release build {release.name} --force`, and then pack it."
        )


def _write(course: Course, name: str, files: dict[str, bytes], *, say: Say) -> Path:
    packages = course.workspace / "packages"
    # The text of the README counts, though not the version that it names.
    digest = content_digest(files | {README: readme(name, "")})
    version = VersionHistory(packages, name).version_of(digest)
    whole = files | {README: readme(name, str(version))}
    source = load_source(course, name)
    asked = (cell.grade_id for cell in source.named.values() if cell.is_graded or cell.is_students)
    whole[NAME] = manifest_of(name, version, whole, cells=asked)
    top = f"{name}-{version.number}"
    content = reproducible_zip({f"{top}/{file}": whole[file] for file in whole})
    path = packages / f"{name}-{version}.zip"
    with tempfile.TemporaryDirectory(prefix="packing-") as folder:
        draft = Path(folder, path.name)
        draft.write_bytes(content)
        refuse_leaks(course, name, draft)
    name_package(course, source, str(version))
    write_atomically(path, content)
    _tell_changes(packages, name, version, whole, say=say)
    return path


def _tell_changes(
    packages: Path, name: str, version: Version, files: dict[str, bytes], *, say: Say
) -> None:
    """Beside the package, what is other than in the version before it."""
    earlier = next(packages.glob(f"{name}-{version.number - 1}-*.zip"), None)
    if earlier is None:
        return
    before = contents(earlier.read_bytes(), top=f"{name}-{version.number - 1}/")
    sentences = changes_between(name, before, files)
    known_as = earlier.stem.removeprefix(f"{name}-")
    text = announcement(name, str(version), known_as, sentences)
    write_atomically(packages / f"{name}-{version}-changes.md", text)
    for sentence in sentences:
        say(f"{name}: {sentence}")
