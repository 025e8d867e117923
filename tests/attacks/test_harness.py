"""The harness can fail: what would be a forged point, a leak or a leftover is found."""

import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest

from tests.attacks import harness
from tests.attacks.__main__ import main
from tests.attacks.assessing import Finding, Kind, Traces, assess, look_of
from tests.attacks.attack import Attack, AttackError, Section, attack_files, read_attack
from tests.attacks.canaries import Ears, canary_files, hidden_words, new_words
from tests.attacks.classroom import WITNESS_CELL, Classroom, code_cell, find, solved
from tests.attacks.harness import Report

WORDS = {"solution": "canary-of-the-solution"}
WRONG = "def train_step(*arguments):\n    return 0.0\n"
ATTACK = Attack(
    family="forging",
    name="example",
    what="does nothing",
    earns="0",
    says="train_step: FAILED",
    target="train_step",
    is_right=False,
    shows="",
    sections=(Section("solution", WRONG),),
)


def row(score: float = 0.0, **changes: Any) -> dict[str, Any]:
    """A row of a results file."""
    check = {"name": "test_it", "outcome": "FAILED", "message": "The value differs."}
    exercise = {
        "name": "train_step", "points": score, "max_points": 8.0, "outcome": "FAILED",
        "diagnosis": None, "checks": [check],
    }  # fmt: skip
    made: dict[str, Any] = {
        "student": "a", "status": "graded", "score": score, "max_score": 8.0, "problems": [],
        "exercises": [exercise],
    }  # fmt: skip
    return made | changes


def traces(**changes: Any) -> Traces:
    """What an attack leaves that came to nothing."""
    look = {"files": [], "patched": {"json": "1"}}
    clean = Traces(row=row(), book=0.0, witness=row(8.0), looked=look, expected=look)
    return replace(clean, **changes)


def kinds(found: list[Finding]) -> list[Kind]:
    """What the findings say of us."""
    return [one.kind for one in found]


def test_what_comes_to_nothing_is_no_finding() -> None:
    """It is true that a clean run is clean."""
    assert assess(ATTACK, traces(), WORDS) == []


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"row": row(1.0), "book": 1.0}, Kind.FORGED),
        ({"book": 8.0}, Kind.FORGED),
        ({"book": None}, Kind.FORGED),
        ({"row": None}, Kind.ABORTING),
        ({"row": row(status="needs_review")}, Kind.ABORTING),
        ({"row": row(problems=["it was canary-of-the-solution"])}, Kind.LEAKED),
        ({"texts": {"the feedback": "<p>canary-of-the-solution</p>"}}, Kind.LEAKED),
        ({"witness": None}, Kind.ABORTING),
        ({"witness": row(7.5)}, Kind.ESCAPED),
        ({"looked": {"files": ["/tmp/x"], "patched": {"json": "1"}}}, Kind.ESCAPED),
        ({"looked": {"files": [], "patched": {"json": "2"}}}, Kind.ESCAPED),
        ({"looked": {}}, Kind.ESCAPED),
    ],
)
def test_what_comes_to_something_is_found(changes: dict[str, Any], kind: Kind) -> None:
    """It is true that each way of breaking the promise is a finding of its own kind."""
    assert kind in kinds(assess(ATTACK, traces(**changes), WORDS))


def test_a_row_that_says_nothing_is_found() -> None:
    """It is true that the row has to say what happened, and the trick has to be played."""
    mute = replace(ATTACK, says="was ended")
    assert kinds(assess(mute, traces(), WORDS)) == [Kind.SILENT]
    unplayed = replace(ATTACK, shows="the trick was played")
    assert kinds(assess(unplayed, traces(), WORDS)) == [Kind.SILENT]


@pytest.mark.parametrize(
    ("earns", "is_right", "score", "found"),
    [
        ("full", True, 8.0, []),
        ("full", True, 7.0, [Kind.UNFAIR]),
        ("as-without", False, 3.0, []),
        ("as-without", False, 4.0, [Kind.FORGED]),
        ("as-without", False, 2.0, [Kind.UNFAIR]),
        ("2.5", False, 2.5, []),
        ("2.5", False, 3.0, [Kind.FORGED]),
        ("0", True, 0.0, []),
        ("0", True, 0.5, [Kind.FORGED]),
    ],
)
def test_points_are_held_against_what_is_due(
    *, earns: str, is_right: bool, score: float, found: list[Kind]
) -> None:
    """It is true that too much is forged and too little is unfair."""
    attack = replace(ATTACK, earns=earns, is_right=is_right)
    what_came = traces(row=row(score), book=score, bare=row(3.0))
    assert kinds(assess(attack, what_came, WORDS)) == found


# --- attack files


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "`# what: …` is missing"),
        ("# what: x\n# earns: 0\n# %% solution\nx", "`# says: …` is missing"),
        ("# what: x\n# earn: 0\n# says: .\n# %% end\nx", "line 2 is '# earn: 0'"),
        ("# what: x\n# earns: all\n# says: .\n# %% end\nx", "it earns 'all'"),
        ("# what: x\n# earns: 0\n# says: (\n# %% end\nx", "no regular expression"),
        ("# what: x\n# earns: 0\n# says: .\n# target: y\n# %% end\nx", "the target 'y'"),
        ("# what: x\n# earns: 0\n# says: .\n# %% behind\nx", "there is no section"),
        ("# what: x\n# earns: 0\n# says: .\n# %% trick\nx", "there is no section"),
        ("# what: x\n# earns: 0\n# says: .\n# %% file\nx", "there is no section"),
        ("# what: x\n# earns: 0\n# says: .\n", "it has no section"),
        ("# what: x\n# earns: as-without\n# says: .\n# %% end\nx", "marked `trick`"),
        ("# what: x\n# earns: 0\n# says: .\n# %% end trick\nx", "marked `trick`"),
        ("# what: x\n# earns: 0\n# says: .\n# %% solution\nx\n# %% solution\ny", "two sections"),
    ],
)
def test_a_malformed_attack_file_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    """It is true that a mistake in an attack file is said with its name and what to do."""
    path = tmp_path / "forging" / "broken.txt"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AttackError, match=r"forging/broken\.txt") as caught:
        read_attack(path)
    assert complaint in str(caught.value)


def test_a_section_that_edits_the_notebook_may_not_fail(tmp_path: Path) -> None:
    """It is true that a trick that was never played does not pass for one that failed."""
    attack = replace(ATTACK, sections=(Section("notebook", "find('nothing')"),))
    with pytest.raises(AttackError, match="its section `notebook` raised"):
        Classroom(tmp_path, "training", {}).notebook_of(attack)


def test_sections_go_to_their_places(tmp_path: Path) -> None:
    """It is true that cells stand where the file says, in its order, with placeholders filled."""
    places = ("end", "first", "before", "before", "after", "after", "first", "end")
    cells = [Section(place, f"{place} {number} @HOME@") for number, place in enumerate(places)]
    attack = replace(ATTACK, sections=(*ATTACK.sections, *cells, Section("file", "x", name="a.py")))
    room = Classroom(tmp_path, "training", {"@HOME@": "/home/ta"})
    notebook, files = room.notebook_of(attack)
    sources = [cell["source"] for cell in notebook["cells"]]
    at = sources.index(WRONG)
    assert sources[:2] == ["first 1 /home/ta", "first 6 /home/ta"]
    assert sources[at - 2 : at] == ["before 2 /home/ta", "before 3 /home/ta"]
    assert sources[at + 1 : at + 3] == ["after 4 /home/ta", "after 5 /home/ta"]
    assert sources[-2:] == ["end 0 /home/ta", "end 7 /home/ta"]
    assert find(notebook, "train_step")["source"] == "check(train_step)"
    assert files == {"a.py": "x"}


def test_every_attack_file_can_be_read() -> None:
    """It is true that each has a name of its own, and that no file is overlooked."""
    files = attack_files()
    assert len({read_attack(path).key for path in files}) == len(files)
    everything = Path(__file__).parent.rglob("*.txt")
    assert {*everything} == {*files, WITNESS_CELL}


# --- canaries


def test_ears_hear() -> None:
    """It is true that whoever reaches a listener is heard."""
    with Ears() as ears:
        with socket.create_connection(("127.0.0.1", int(ears.places["@TCP_PORT@"]))) as caller:
            caller.send(b"one")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller:
            caller.sendto(b"two", ("127.0.0.1", int(ears.places["@UDP_PORT@"])))
        for name in (ears.places["@UNIX_PATH@"], f"\0{ears.places['@ABSTRACT_NAME@']}"):
            with socket.socket(socket.AF_UNIX) as caller:
                caller.connect(name)
                caller.send(b"three")
    assert sorted(sentence.split()[3] for sentence in ears.heard) == [
        "ABSTRACT", "TCP", "UDP", "UNIX"
    ]  # fmt: skip


@pytest.mark.parametrize("damage", ["write", "touch", "remove", "mode"])
def test_changed_canary_files_are_found(tmp_path: Path, damage: str) -> None:
    """It is true that content, time, mode and presence of a canary file are watched."""
    with canary_files(tmp_path) as files:
        assert files.changed() == []
        path = next(path for path in files.facts if path.parent == tmp_path)
        match damage:
            case "write":
                path.write_text("mine", encoding="utf-8")
            case "touch":
                path.touch()
            case "remove":
                path.unlink()
            case "mode":
                path.chmod(0o600)
        assert [str(path) in sentence for sentence in files.changed()] == [True]


def test_hidden_inputs_are_canaries() -> None:
    """It is true that names and seeds of hidden scenarios are among the words."""
    words = hidden_words("training", ["train_step"], b"a secret of the course")
    assert "partly_owned" in words.values()
    assert len({word for name, word in words.items() if name.startswith("seed")}) == 10


# --- whole runs with something planted


def test_planted_damage_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is true that a run in which all went wrong is told from one in which nothing did."""
    monkeypatch.setattr(Classroom, "run", _fake_grading)
    report = harness.play([ATTACK, replace(ATTACK, name="other")], tmp_path)
    assert report.tally() == (
        "2 attacks tried / 1 forged / 1 leaked / 2 escaped / 1 batch-aborting"
    )
    sentences = "\n".join(report.sentences())
    assert "forging/example: forged: it earned 8 points, expected 0" in sentences
    assert "forging/example: leaked: the autograded notebook holds the canary" in sentences
    assert "forging/example: escaped: the submission that came next saw files" in sentences
    assert "in general: escaped: somebody reached the TCP listener" in sentences
    assert "forging/other: batch-aborting: it has no row" in sentences
    assert "in general: escaped: forging" not in sentences


def test_what_only_several_attacks_leave_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is true that a leftover that no attack leaves alone is told of those that left it."""
    monkeypatch.setattr(Classroom, "run", partialmethod(_fake_grading, left_alone=[]))
    report = harness.play([ATTACK, replace(ATTACK, name="other")], tmp_path)
    sentences = "\n".join(report.sentences())
    left = "the submission that came next saw files: ['/tmp/left']"
    assert f"in general: escaped: forging/example, forging/other: {left}" in sentences
    assert "forging/example: escaped" not in sentences


def test_what_an_attack_leaves_alone_hides_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is true that the first finding stays where the attack alone leaves something else."""
    monkeypatch.setattr(Classroom, "run", partialmethod(_fake_grading, left_alone=["/tmp/other"]))
    report = harness.play([ATTACK, replace(ATTACK, name="other")], tmp_path)
    sentences = "\n".join(report.sentences())
    saw = "the submission that came next saw files"
    assert f"in general: escaped: forging/example, forging/other: {saw}: ['/tmp/left']" in sentences
    assert f"forging/example: escaped: {saw}: ['/tmp/other']" in sentences


def test_each_may_have_a_witness_from_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is true that nothing is played twice then, and that leftovers are told of their attack."""
    monkeypatch.setattr(Classroom, "run", _fake_grading)
    report = harness.play([ATTACK, replace(ATTACK, name="other")], tmp_path, alone=True)
    sentences = "\n".join(report.sentences())
    assert "forging/example: escaped: the submission that came next saw files" in sentences
    assert "forging/other: escaped" not in sentences
    assert not (tmp_path / "training-alone").exists()


@pytest.mark.parametrize("words", [[], ["--alone"]])
def test_the_command_plays_what_is_asked_for(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is true that families and --alone reach the harness."""
    played: list[tuple[set[str], bool]] = []

    def play(attacks: list[Attack], _folder: Path, *, alone: bool) -> Report:
        played.append(({attack.family for attack in attacks}, alone))
        return Report(attacks)

    monkeypatch.setattr("tests.attacks.__main__.play", play)
    assert main([*words, "rules"]) == 0
    assert played == [({"rules"}, bool(words))]
    assert "attacks tried / 0 forged" in capsys.readouterr().out
    assert main(["nothing-is-called-so"]) == 2


def _fake_grading(
    room: Classroom, *command: str, left_alone: Sequence[str] = ("/tmp/left",), **keywords: Any
) -> Any:
    """Play the part of every program: grades ``example`` full, leaks, and forgets ``other``.

    The witness behind both sees a file; behind ``example`` alone, those that it has left alone.
    """

    class Done:
        returncode, stdout, stderr = 0, "", ""

    if command[:2] != ("autograder", "grade"):
        return Done()
    leak = keywords["words"]["solution"]
    left = ["/tmp/left"]
    class_of_both: dict[str, tuple[list[str], str]] = {
        "a000-control": ([], ""),
        "a001-forging-example": ([], leak),
        "a002-then": (left, ""),
    }
    is_alone = (room.workspace / "submitted" / "a001-then").exists()
    seen = class_of_both
    if is_alone:
        seen = class_of_both | {"a001-then": ([*left_alone], ""), "a002-then": ([], "")}
    for student, (files, text) in seen.items():
        look = json.dumps({"files": files})
        notebook = solved("training")
        output = {"output_type": "stream", "name": "stdout", "text": f"WITNESS {look}\n{text}"}
        notebook["cells"].append(code_cell("", "x") | {"outputs": [output]})
        path = room.workspace / "autograded" / student / "training" / "training.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
    rows = [row(8.0, student=student) for student in seen]
    (room.root / "results.json").write_text(json.dumps({"submissions": rows}), encoding="utf-8")
    with socket.create_connection(("127.0.0.1", int(room.places["@TCP_PORT@"]))) as caller:
        caller.send(b"hello")
    return Done()


def test_the_witness_notices(tmp_path: Path) -> None:
    """It is true that the witness sees a file that was left and a function that was patched."""
    cell = WITNESS_CELL.read_text(encoding="utf-8")
    left = tmp_path / "left"
    damage = f"open({str(left)!r}, 'w').close()\nimport struct\nstruct.pack = print\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{cell}\n{damage}{cell}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    before, after = (_shown(line) for line in done.stdout.splitlines())
    assert [str(left)] == after["files"][2]
    changed = {
        name for name in before["patched"] if before["patched"][name] != after["patched"][name]
    }
    assert changed == {"struct"}


def _shown(line: str) -> Any:
    output = {"output_type": "stream", "name": "stdout", "text": line}
    return look_of(json.dumps({"cells": [{"outputs": [output]}]}))


def test_words_are_new_every_time() -> None:
    """It is true that no submission can know a canary beforehand."""
    assert not {*new_words().values()} & {*new_words().values()}


def test_the_tally_counts_attacks_not_findings() -> None:
    """It is true that an attack with two findings of a kind counts once."""
    found = [Finding(Kind.FORGED, "a"), Finding(Kind.FORGED, "b")]
    report = Report([ATTACK], {ATTACK.key: found}, [])
    assert report.tally() == "1 attacks tried / 1 forged / 0 leaked / 0 escaped / 0 batch-aborting"
