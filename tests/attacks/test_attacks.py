"""Attacks on points and answers, played through the real command: nothing is forged or leaked."""

import pytest

from tests.attacks.attack import attack_files, read_attack
from tests.attacks.harness import Report

pytestmark = [pytest.mark.kernel, pytest.mark.slow]
FAMILIES = ("forging", "claims", "leaking", "rules")
FILES = {
    f"{path.parent.name}/{path.stem}": path
    for path in attack_files()
    if path.parent.name in FAMILIES
}


@pytest.mark.parametrize("key", FILES)
def test_it_comes_to_nothing(key: str, report: Report) -> None:
    """It is true that the attack earns what it should, is named, and leaves nothing behind."""
    attack = read_attack(FILES[key])
    found = "\n".join(f"{one.kind}: {one.sentence}" for one in report.findings[attack.key])
    assert not found, f"{attack.what}\n{found}"


def test_nothing_happened_in_general(report: Report) -> None:
    """It is true that the batch ended, that no ear heard anything, and no canary file changed."""
    assert not report.general, "\n".join(one.sentence for one in report.general)
