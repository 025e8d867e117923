"""The layers of confinement, in their order, for a process that has just been forked.

Runs in each fork. Each layer is complete by itself; together they are what a submission gets.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.sandbox.inside.confinement_layers import layer
from autograder.sandbox.inside.file_view import HOME, KIT, TERMINALS, WRITABLE
from autograder.sandbox.inside.landlock import restrict_files
from autograder.sandbox.inside.linux import install_seccomp
from autograder.sandbox.inside.namespaces import (
    bound_queues,
    enter_fork_namespaces,
    mount_processes,
    mount_scratch,
    raise_loopback,
)
from autograder.sandbox.inside.privileges import become_student, limit_resources
from autograder.sandbox.inside.seccomp import build_filter
from autograder.sandbox.inside.selftest import test_confinement

_DEVICES = (TERMINALS, "/dev/null", "/dev/zero", "/dev/full")
_LAST_DESCRIPTOR = 65_536


@dataclass(frozen=True, slots=True)
class SandboxPaths:
    """What is the same for every fork of a zygote.

    Attributes:
        hidden: Paths that must not be visible.
        overmounted: Folders of the runtime where a fork mounts its own tmpfs.
        readable: What can be read at the reduced level, where there is no view of its own.
        kit: Folder of the student kit.
        folder: Where forks at the reduced level get their scratch folders; empty at the full one.
    """

    hidden: tuple[str, ...] = ()
    overmounted: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
    kit: str = KIT
    folder: str = ""

    @property
    def is_reduced(self) -> bool:
        """Whether forks are held without namespaces."""
        return bool(self.folder)


def confine(*, limits: Mapping[str, float], uid: int, paths: SandboxPaths) -> None:
    """Give up everything but the runtime, an empty scratch folder and the descriptors held.

    Raises:
        ConfinementError: A layer could not be set up, or did not hold; the process must end.
    """
    with layer("namespaces"):
        enter_fork_namespaces()
    with layer("file view"):
        mount_scratch(limits, uid, paths.overmounted)
    with layer("process view"):
        mount_processes()
    with layer("network"):
        raise_loopback()
        bound_queues()
    _settle_in()
    with layer("identity"):
        become_student(uid)
    # Not before there is a user namespace: what its maker is held to holds for all forks together.
    with layer("limits"):
        limit_resources(limits)
    with layer("landlock"):
        restrict_files(readable=["/"], writable=WRITABLE, devices=_DEVICES)
    with layer("seccomp"):
        install_seccomp(build_filter())
    with layer("self-test"):
        test_confinement(paths.hidden)


def _settle_in() -> None:
    os.chdir(HOME)
    os.umask(0o077)


def close_descriptors(keep: Iterable[int]) -> None:
    """Close every descriptor but these, and put /dev/null on the standard three."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    following = 3
    for descriptor in sorted(keep):
        os.closerange(following, descriptor)
        following = descriptor + 1
    os.closerange(following, _LAST_DESCRIPTOR)
