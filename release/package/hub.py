"""Releases side by side in one folder, to be pushed to where a JupyterHub fetches them.

In the operator's process. What the folder holds beside the assignments and the README, such as
``.git``, is left alone: the repository is the operator's.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.course.files import write_atomically
from autograder.course.settings import Course
from autograder.errors import UsageError
from autograder.grading.preparation import Say, load_source
from release.leaks.assignment_rules import leak_rules_of
from release.package.hub_links import Hub
from release.package.pack import LEFT_BEHIND, current_files, locked_releases
from release.replace_folder import difference, put_in_place

FOLDER, README = "hub", "README.md"
_HEAD = """\
# Notebooks

A link opens the notebook on the hub. Open it again at any time: what is new is fetched, and what
you have written stays.

"""


def write_hub(
    course: Course, names: Sequence[str], hub: Hub, *, force: bool, say: Say
) -> dict[str, str]:
    """Write the folder; returns assignment → link, of those that were named.

    Args:
        course: Where things are; the folder is ``WORKSPACE/hub``.
        names: The assignments. What has not been built is built.
        hub: Where students work.
        force: Replace an assignment, or a README, that is there and differs.
        say: Is given a line on what is being done.

    Raises:
        UsageError: There is no such assignment, its release is not what would be built now, or
            something that is there would be lost.
    """
    folder = course.workspace / FOLDER
    releases = {}
    with locked_releases(course, names, say=say) as recordings:
        for name in names:
            recorded = recordings(name)
            rules = leak_rules_of(course, load_source(course, name))
            releases[name] = current_files(course, name, recorded=recorded, rules=rules)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, files in releases.items():
            _put(folder / name, files, force=force)
        # An earlier run has put others here, and the README lists them all.
        notebooks = sorted(folder.glob("*/*.ipynb"))
        listed = [path.stem for path in notebooks if path.stem == path.parent.name]
        links = {name: hub.link(f"{name}/{name}.ipynb") for name in listed}
        _write_readme(folder / README, links, force=force)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}.") from error
    return {name: links[name] for name in names}


def _put(place: Path, files: Mapping[str, bytes], *, force: bool) -> None:
    """Put an assignment in its place, all of it or nothing; no file is lost unasked."""
    with tempfile.TemporaryDirectory(prefix=".building-", dir=place.parent) as draft:
        built = Path(draft, place.name)
        for path, content in files.items():
            target = built / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        if os.path.lexists(place):
            changed = difference(place, built, ignored=LEFT_BEHIND)
            if changed is None:
                return
            if not force:
                raise UsageError(
                    f"{place} differs from the release ({changed}). Give --force to replace it."
                )
        put_in_place(built, place, Path(draft, "earlier"))


def _write_readme(path: Path, links: Mapping[str, str], *, force: bool) -> None:
    text = _HEAD + "".join(f"- [{name}](<{link}>)\n" for name, link in links.items())
    if path.exists() and not force and not path.read_bytes().startswith(_HEAD.encode()):
        raise UsageError(f"{path} was not written by this command; give --force to replace it.")
    write_atomically(path, text)
