"""Packs built releases: one zip an assignment, ready to be handed out. In the operator's process.

What is packed is the release as it was built, and only if it is what would be built now.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from autograder.course.files import write_atomically
from autograder.course.history import name_package
from autograder.course.secret import refuse_exposed_secret
from autograder.course.settings import Course
from autograder.course.workspace import locked_workspace
from autograder.errors import UsageError
from autograder.grading.preparation import Say, load_source
from release.build import Recordings, build_releases, make_release, open_recordings
from release.leaks.assignment_rules import LeakRules, leak_rules_of
from release.leaks.check import refuse_leaks
from release.package.changes import announcement, changes_between
from release.package.manifest import MANIFEST, Version, content_digest, manifest_of, version_of
from release.package.package_files import README, REQUIREMENTS, readme, requirements
from release.package.zip_archive import reproducible_zip, unpack
from release.replace_folder import difference

# What opening a release in Jupyter, or importing its kit, leaves in it.
LEFT_BEHIND = {"__pycache__", ".ipynb_checkpoints"}


def pack_releases(course: Course, names: Sequence[str], *, say: Say) -> Iterator[Path]:
    """Pack the releases one by one, building those that are missing; yields each one's package.

    Args:
        course: Where things are.
        names: The assignments.
        say: Is given a line on what is being done.

    Raises:
        UsageError: There is no such assignment, its release is not what would be built now, or
            something in it must not reach students.
        SuiteError: nbgrader refuses a source notebook, or it does not fit its suite.
    """
    with locked_releases(course, names, say=say) as recordings:
        for name in names:
            yield pack_release(course, name, recorded=recordings(name), say=say)


@contextmanager
def locked_releases(course: Course, names: Sequence[str], *, say: Say) -> Iterator[Recordings]:
    """Build the releases that are missing, and lock the workspace while they are read."""
    for name in names:
        course.notebook(name)
    missing = [name for name in names if not (course.release / name).is_dir()]
    for folder in build_releases(course, missing, force=False, say=say):
        say(f"built {folder.name}")
    with locked_workspace(course), open_recordings(course, say) as recordings:
        refuse_exposed_secret(course)
        yield recordings


def pack_release(course: Course, name: str, *, recorded: Path, say: Say) -> Path:
    """Pack one release; where there is an earlier package, say what has changed for students.

    Args:
        course: Where things are.
        name: The assignment; its release has been built.
        recorded: The folder of recorded observations that the self-check needs.
        say: Is given a line on what has changed.
    """
    source = load_source(course, name)
    rules = leak_rules_of(course, source)
    files = current_files(course, name, recorded=recorded, rules=rules)
    for added in {README, MANIFEST, REQUIREMENTS} & files.keys():
        raise UsageError(
            f"{course.release / name} holds a {added} of its own; every package gets one. Rename "
            "it."
        )

    files[REQUIREMENTS] = requirements()
    packages = course.workspace / "packages"
    # The text of the README counts, though not the version that it names.
    digest = content_digest(files | {README: readme(name, version="")})
    version = version_of(digest, assignment=name, packages=packages)
    files[README] = readme(name, version=str(version))
    cells = [cell.grade_id for cell in source.named.values() if cell.is_graded or cell.is_students]
    files[MANIFEST] = manifest_of(name, version, files, cells=cells)
    content = reproducible_zip({f"{name}-{version.number}/{path}": files[path] for path in files})

    package = packages / f"{name}-{version}.zip"
    with tempfile.TemporaryDirectory(prefix="packing-") as folder:
        draft = Path(folder, package.name)
        draft.write_bytes(content)
        refuse_leaks(draft, rules)
    # Before the package is there: what students hand in names its version.
    name_package(course, source, str(version))
    write_atomically(package, content)
    _announce_changes(packages, name, version, files, say=say)
    return package


def current_files(
    course: Course, name: str, *, recorded: Path, rules: LeakRules
) -> dict[str, bytes]:
    """Path → content of a built release, without what a look at it has left there.

    Args:
        course: Where things are.
        name: The assignment; its release has been built.
        recorded: The recorded observations that the self-check needs.
        rules: What must not be in it.

    Raises:
        UsageError: It is not what would be built now, or something confidential is in it.
    """
    release = course.release / name
    with tempfile.TemporaryDirectory(prefix="packing-") as folder:
        fresh = make_release(course, name, recorded=recorded, folder=Path(folder))
        refuse_leaks(fresh, rules)
        different = difference(release, fresh, ignored=LEFT_BEHIND)
        if different is not None:
            raise UsageError(
                f"{release} is not what would be built now: {different} differs. Type "
                f"`release build {name} --force`, and then pack it."
            )
        paths = sorted(path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file())
    return {path.as_posix(): (release / path).read_bytes() for path in paths}


def _announce_changes(
    packages: Path, name: str, version: Version, files: dict[str, bytes], *, say: Say
) -> None:
    """Write beside the package what differs from the version before it, and say it."""
    earlier = next(packages.glob(f"{name}-{version.number - 1}-*.zip"), None)
    if earlier is None:
        return
    before = unpack(earlier.read_bytes(), top=f"{name}-{version.number - 1}/")
    sentences = changes_between(name, before, files)
    text = announcement(
        name, str(version), earlier=earlier.stem.removeprefix(f"{name}-"), sentences=sentences
    )
    write_atomically(packages / f"{name}-{version}-changes.md", text)
    for sentence in sentences:
        say(f"{name}: {sentence}")
