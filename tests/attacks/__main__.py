"""``python -m tests.attacks [--alone] [family[/name] …]``: plays attacks and prints the tally."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.attacks.attack import AttackError, attack_files, read_attack
from tests.attacks.harness import play


def main(arguments: list[str]) -> int:
    """Play those whose ``family/name`` begins with one of the words, or all."""
    parser = argparse.ArgumentParser("tests.attacks")
    parser.add_argument("wanted", nargs="*", metavar="FAMILY[/NAME]", help="which (default: all)")
    parser.add_argument(
        "--alone", action="store_true", help="a witness behind each, not each eight"
    )
    options = parser.parse_args(arguments)
    wanted = options.wanted
    try:
        attacks = [read_attack(path) for path in attack_files()]
    except AttackError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    chosen = [a for a in attacks if not wanted or a.key.startswith(tuple(wanted))]
    if not chosen:
        sys.stderr.write(f"no attack is called {', '.join(wanted)}\n")
        return 2
    with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
        report = play(chosen, Path(folder), alone=options.alone)
    findings = list(report.sentences())
    for sentence in findings:
        sys.stdout.write(f"{sentence}\n")
    sys.stdout.write(f"{report.tally()}\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
