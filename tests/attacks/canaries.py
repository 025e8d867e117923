"""Canaries: random words that may appear nowhere, files that may not change, ears on the host.

Runs in the test process. The words stand for what a submission must not learn; whoever finds one
of them in something that a submission produced has found a leak.
"""

import hashlib
import os
import secrets
import selectors
import socket
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from autograder.judge.suite import load_suite, seeded

WORDS = ("solution", "bystander", "gradebook", "environment", "secret", "settings")
_POLL_SECONDS = 0.05


def new_words() -> dict[str, str]:
    """What it stands for → a random word."""
    return {name: f"canary{secrets.token_hex(12)}" for name in WORDS}


def hidden_words(assignment: str, exercises: list[str], secret: bytes) -> dict[str, str]:
    """Names, of those that are no ordinary words, and seeds of the hidden scenarios."""
    words = {}
    for exercise in exercises:
        suite = load_suite(assignment, exercise)
        for scenario in seeded(suite.key, suite.scenarios, secret):
            words[f"seed of {exercise} {scenario.name}"] = str(scenario.seed)
            if scenario.hidden and "_" in scenario.name:
                words[f"scenario {scenario.name} of {exercise}"] = scenario.name
    return words


def found_in(text: str, words: Mapping[str, str]) -> list[str]:
    """What stands in the text and should not."""
    return [name for name, word in words.items() if word in text]


# --- files


@dataclass(frozen=True, slots=True)
class CanaryFiles:
    """Files outside every scratch folder, and what they were like."""

    facts: Mapping[Path, tuple[str, int, int]]

    def changed(self) -> list[str]:
        """Sentences about those that are not what they were."""
        return [
            f"{path} was changed, removed or replaced"
            for path, facts in self.facts.items()
            if _facts(path) != facts
        ]


@contextmanager
def canary_files(*folders: Path) -> Iterator[CanaryFiles]:
    """A canary file in each folder, and one in each of the host's shared folders."""
    name = f"canary-{secrets.token_hex(4)}.txt"
    shared = [Path(tempfile.gettempdir()), Path("/dev/shm")]
    paths = [folder / name for folder in (*folders, *shared)]
    for path in paths:
        path.write_text("leave me alone\n", encoding="utf-8")
        path.chmod(0o666)
    try:
        yield CanaryFiles({path: _facts(path) for path in paths})
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def _facts(path: Path) -> tuple[str, int, int]:
    try:
        status = path.lstat()
        return hashlib.sha256(path.read_bytes()).hexdigest(), status.st_mtime_ns, status.st_mode
    except OSError as error:
        return str(error), 0, 0


# --- ears


@dataclass(slots=True)
class Ears:
    """Sockets on the host that nobody may reach.

    Attributes:
        places: Placeholder in an attack file → what it stands for, such as a port number.
        heard: What arrived, in words.
    """

    places: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    _stack: ExitStack = field(default_factory=ExitStack)
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _thread: threading.Thread | None = None
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="ears-")))
        folder.chmod(0o777)
        path, name = str(folder / "s"), f"ears-{secrets.token_hex(4)}"
        for kind, family, how, address in (
            ("TCP", socket.AF_INET, socket.SOCK_STREAM, ("0.0.0.0", 0)),  # noqa: S104 - all of it
            ("UDP", socket.AF_INET, socket.SOCK_DGRAM, ("0.0.0.0", 0)),  # noqa: S104
            ("UNIX", socket.AF_UNIX, socket.SOCK_STREAM, path),
            ("ABSTRACT", socket.AF_UNIX, socket.SOCK_STREAM, f"\0{name}"),
        ):
            listening = self._stack.enter_context(socket.socket(family, how))
            listening.bind(address)
            if how == socket.SOCK_STREAM:
                listening.listen()
            listening.settimeout(0)
            self._selector.register(listening, selectors.EVENT_READ, kind)
            if family == socket.AF_INET:
                self.places[f"@{kind}_PORT@"] = str(listening.getsockname()[1])
        os.chmod(path, 0o777)  # noqa: PTH101, S103 - anybody may knock
        self.places |= {"@UNIX_PATH@": path, "@ABSTRACT_NAME@": name}
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        self._selector.close()
        self._stack.close()

    def _listen(self) -> None:
        while not self._over.is_set():
            for key, _ in self._selector.select(_POLL_SECONDS):
                self._hear(key)
        # Whoever knocked just before the end has been here, too.
        while waiting := self._selector.select(0):
            for key, _ in waiting:
                self._hear(key)

    def _hear(self, key: selectors.SelectorKey) -> None:
        listening = key.fileobj
        assert isinstance(listening, socket.socket)
        if key.data == "UDP":
            data, _ = listening.recvfrom(4096)
        else:
            caller, _ = listening.accept()
            with caller:
                caller.settimeout(1)
                try:
                    data = caller.recv(4096)
                except OSError:
                    data = b""
        self.heard.append(f"somebody reached the {key.data} listener and said {data[:80]!r}")
