"""Every attack file, played through the real command: nothing forged, leaked or escaped."""

import sys
from pathlib import Path

import pytest

from tests.attacks.attack import AttackError, attack_files, read_attack
from tests.attacks.harness import Report, play

pytestmark = [pytest.mark.kernel, pytest.mark.slow]
FILES = {f"{path.parent.name}/{path.stem}": path for path in attack_files()}


@pytest.fixture(scope="module")
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What came of the attacks that this run has selected; all of them in one class."""
    selected = {
        str(item.callspec.params["key"])
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.path == Path(__file__)
        and hasattr(item, "callspec")
    }
    attacks = []
    for key in sorted(selected or FILES):
        try:
            attacks.append(read_attack(FILES[key]))
        except AttackError:
            continue  # its own test says so
    report = play(attacks, tmp_path_factory.mktemp("attacks"))
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        # Of a worker of xdist only this stream is shown.
        sys.stderr.write(f"\n{report.tally()}\n")
    return report


@pytest.mark.parametrize("key", FILES)
def test_it_comes_to_nothing(key: str, report: Report) -> None:
    """It is true that the attack earns what it should, is named, and leaves nothing behind."""
    attack = read_attack(FILES[key])
    found = "\n".join(f"{one.kind}: {one.sentence}" for one in report.findings[attack.key])
    assert not found, f"{attack.what}\n{found}"


def test_nothing_happened_in_general(report: Report) -> None:
    """It is true that the batch ended, that no ear heard anything, and no canary file changed."""
    assert not report.general, "\n".join(one.sentence for one in report.general)
