"""Plays every attack on one course and says what came of it.

An attack is a text file ``tests/attacks/<family>/<name>.txt``::

    # what: replaces the shell's run_cell so that nothing after it runs
    # earns: 0
    # says: train_step: (MISSING|FAILED)
    # %% before
    get_ipython().run_cell = lambda *a, **k: None
    # %% solution
    def train_step(*arguments):
        return 0.0

Header, one ``# key: value`` a line, ``#   more`` (three spaces) goes on with the line before:

=========  ========================================================================================
what       What it tries, in one sentence. Required.
earns      Required. ``0``: the whole notebook (with ``right: yes``: the target) earns nothing.
           ``full``: everything. ``as-without``: what the same notebook earns without the sections
           marked ``trick``; both are graded. A number: what the target earns.
says       Required. A regular expression that must match somewhere in the row: problems,
           ``<exercise>: <outcome>``, diagnoses, ``<check>: <outcome> <message>``.
target     The exercise that is attacked; ``train_step`` unless another is named. Its assignment is
           the one that is handed in.
right      ``yes``: every solution cell for which the file has no text is right. Otherwise they are
           functions that do nothing, unless it earns ``full``.
shows      A regular expression that must match in some output of the autograded notebook: print
           something in the attack to prove that the trick was really played.
=========  ========================================================================================

Sections, ``# %% PLACE`` and the text up to the next one; as many as you like, in order:

==============  ===================================================================================
solution        Replaces the target's solution cell.
before, after   Another code cell right before or behind the target's solution cell.
first, end      Another code cell at the notebook's very beginning or end.
file NAME       No cell: a file handed in beside the notebook.
notebook        No cell: Python that runs on *our* side and edits what is handed in. It has
                ``notebook`` (the JSON), ``cells``, ``find(grade_id)``, ``code_cell(source, id)``,
                ``copy`` and ``target``.
==============  ===================================================================================

Any of them may be a trick: ``# %% after trick``. In all of them these are replaced:
``@TCP_PORT@ @UDP_PORT@ @UNIX_PATH@ @ABSTRACT_NAME@`` (listeners on the host),
``@ROOT@ @WORKSPACE@ @HOME@ @PROJECT@ @PYTHON@`` (folders of the course, its workspace, the
operator's home, this project, the interpreter's prefix).

Eight attacks are followed by a *witness*: a right submission that looks for leftovers. Where one
finds any, its eight are played again in a class of their own, in which a witness follows each. What
an attack costs only the submission right behind it, the witness of eight does not see; with
``--alone`` there is one behind each from the start, which takes longer. The class is graded by one
``autograder grade`` and gets its feedback from ``nbgrader generate_feedback``.
``python -m tests.attacks [--alone] [family[/name] …]`` plays them and prints the tally.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.attacks.assessing import Finding, Kind
from tests.attacks.attack import Attack
from tests.attacks.battle import Battle
from tests.attacks.canaries import Ears, canary_files, new_words
from tests.attacks.classroom import PROJECT, Classroom


@dataclass(slots=True)
class Report:
    """What came of the attacks.

    Attributes:
        attacks: Those that were played.
        findings: By the attack's key.
        general: What cannot be laid at one attack's door.
    """

    attacks: list[Attack] = field(default_factory=list)
    findings: dict[str, list[Finding]] = field(default_factory=dict)
    general: list[Finding] = field(default_factory=list)

    def tally(self) -> str:
        """The one line: how many were tried, and how many of them came to something."""
        counts = [
            f"{self._count(kind)} {kind}"
            for kind in (Kind.FORGED, Kind.LEAKED, Kind.ESCAPED, Kind.ABORTING)
        ]
        return f"{len(self.attacks)} attacks tried / {' / '.join(counts)}"

    def sentences(self) -> Iterator[str]:
        """Every finding, with the attack it belongs to."""
        for key, findings in self.findings.items():
            yield from (f"{key}: {one.kind}: {one.sentence}" for one in findings)
        yield from (f"in general: {one.kind}: {one.sentence}" for one in self.general)

    def _count(self, kind: Kind) -> int:
        lists = [*self.findings.values(), self.general]
        return sum(any(one.kind is kind for one in findings) for findings in lists)


def play(attacks: Iterable[Attack], folder: Path, *, alone: bool = False) -> Report:
    """Hand in, grade and give feedback; one course an assignment, each in ``folder``.

    With ``alone``, a witness follows each attack.
    """
    report = Report()
    by_assignment: dict[str, list[Attack]] = {}
    for attack in attacks:
        by_assignment.setdefault(attack.assignment, []).append(attack)
    for assignment, chosen in by_assignment.items():
        _play_assignment(assignment, chosen, folder / assignment, report, alone=alone)
    report.attacks.sort(key=lambda attack: attack.key)
    return report


def _play_assignment(
    assignment: str, attacks: list[Attack], root: Path, report: Report, *, alone: bool
) -> None:
    battle = _fought(assignment, attacks, root, report, alone=alone)
    report.attacks += attacks
    for attack in attacks:
        report.findings[attack.key] = battle.assessed(attack)
    hit = [group for group in battle.groups if battle.remains(group[0])]
    if alone or not hit:
        return
    suspects = [attack for group in hit for attack in group]
    again = _fought(assignment, suspects, root.with_name(f"{root.name}-alone"), report, alone=True)
    for group in hit:
        found = battle.remains(group[0])
        seen_again = [one for attack in group for one in again.remains(attack)]
        for attack in group:
            own = [one for one in battle.assessed(attack) if one not in found]
            more = [one for one in again.assessed(attack) if one not in own]
            report.findings[attack.key] = own + more
        # What they did together, or did once, is still a finding.
        keys = ", ".join(attack.key for attack in group)
        report.general += [
            replace(one, sentence=f"{keys}: {one.sentence}")
            for one in found
            if one not in seen_again
        ]


def _fought(
    assignment: str, attacks: list[Attack], root: Path, report: Report, *, alone: bool = False
) -> Battle:
    """A class of these attacks after its feedback; what concerns no single one is reported."""
    home = root.with_name(f"{root.name}-home")
    for made in (root, home):
        made.mkdir(parents=True)
    with Ears() as ears:
        places = {
            **ears.places, "@ROOT@": str(root), "@WORKSPACE@": str(root / "workspace"),
            "@HOME@": str(home), "@PROJECT@": str(PROJECT), "@PYTHON@": sys.prefix,
        }  # fmt: skip
        room = Classroom(root, assignment, places)
        words = new_words()
        room.furnish(words)
        with canary_files(root, room.workspace, home, root / "assignments") as files:
            battle = Battle(room, attacks, words, home, alone=alone)
            battle.hand_in()
            report.general += battle.grade()
            report.general += battle.feedback()
            report.general += _escapes(files.changed())
    # Whoever knocks last is heard when the ears close.
    report.general += _escapes(ears.heard)
    return battle


def _escapes(sentences: Iterable[str]) -> list[Finding]:
    return [Finding(Kind.ESCAPED, sentence) for sentence in sentences]
