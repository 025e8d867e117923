"""Plays the attacks of one file of tests, all in one class for each assignment."""

import sys

import pytest

from tests.attacks.attack import AttackError, attack_files, read_attack
from tests.attacks.harness import Report, play


@pytest.fixture(scope="module")
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What came of the attacks of this file that the run has selected."""
    selected = {
        str(item.callspec.params["key"])
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.path == request.path
        and hasattr(item, "callspec")
    }
    attacks = []
    for path in attack_files():
        if f"{path.parent.name}/{path.stem}" in selected:
            try:
                attacks.append(read_attack(path))
            except AttackError:
                continue  # its own test says so
    report = play(attacks, tmp_path_factory.mktemp("attacks"))
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        # Of a worker of xdist only this stream is shown.
        sys.stderr.write(f"\n{report.tally()}\n")
    return report
