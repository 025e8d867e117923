"""Each of the rules that were learned by attack is attacked."""

import re

import pytest

from tests.attacks import test_attacks, test_attacks_on_the_machine
from tests.attacks.attack import attack_files

RULES = 12


@pytest.mark.parametrize("number", range(1, RULES + 1))
def test_every_rule_is_attacked(number: int) -> None:
    """It is true that at least one attack file tries to break the rule."""
    names = [path.stem for path in attack_files() if path.parent.name == "rules"]
    assert [name for name in names if re.match(rf"rule{number:02d}_", name)]


def test_every_family_is_played() -> None:
    """It is true that the two files of attacks leave none out."""
    played = {**test_attacks.FILES, **test_attacks_on_the_machine.FILES}
    assert len(played) == len(test_attacks.FILES) + len(test_attacks_on_the_machine.FILES)
    assert {*played.values()} == {*attack_files()}
