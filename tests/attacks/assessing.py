"""Whether an attack came to anything: pure functions of what a grading run has left."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.attacks.attack import Attack
from tests.attacks.canaries import found_in

Row = Mapping[str, Any]
_LOOK = re.compile(r"WITNESS (\{.*\})")
_POINT = 0.005


class Kind(StrEnum):
    """What a finding says of us."""

    FORGED = "forged"
    LEAKED = "leaked"
    ESCAPED = "escaped"
    ABORTING = "batch-aborting"
    UNFAIR = "unfair"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Finding:
    """One way in which the promise was not kept."""

    kind: Kind
    sentence: str


@dataclass(frozen=True, slots=True)
class Traces:
    """What one attack has left behind.

    Attributes:
        row: Its row of the results file; None when there is none.
        bare: The row of the same notebook without its trick, where that was asked for.
        book: Its points in the gradebook.
        texts: What a person may read of it: autograded notebook, feedback page.
        witness: Row of the right submission that came next, or after some more attacks.
        looked: What that submission saw of the machine.
        expected: What such a submission sees before anybody has attacked.
    """

    row: Row | None
    bare: Row | None = None
    book: float | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    witness: Row | None = None
    looked: Mapping[str, Any] = field(default_factory=dict)
    expected: Mapping[str, Any] = field(default_factory=dict)


def assess(attack: Attack, traces: Traces, words: Mapping[str, str]) -> list[Finding]:
    """Everything that is wrong about what became of one attack."""
    if traces.row is None:
        return [Finding(Kind.ABORTING, "it has no row in the results file")]
    return [
        *_points(attack, traces, traces.row),
        *_sayings(attack, traces.row, traces.texts),
        *_leaks({"its row": json.dumps(traces.row, ensure_ascii=False), **traces.texts}, words),
        *_confessions(traces.texts),
        *remains(traces),
    ]


def remains(traces: Traces) -> list[Finding]:
    """What the next submission on the same zygote has noticed."""
    row = traces.witness
    if row is None:
        return [Finding(Kind.ABORTING, "the submission that came next has no row")]
    found = []
    if row["score"] != row["max_score"]:
        sentence = f"the right submission that came next earned {row['score']:g}: {words_of(row)}"
        found.append(Finding(Kind.ESCAPED, sentence))
    for name in sorted({*traces.looked, *traces.expected}):
        seen, usual = traces.looked.get(name), traces.expected.get(name)
        if seen != usual:
            sentence = f"the submission that came next saw {name}: {_apart(seen, usual)}"
            found.append(Finding(Kind.ESCAPED, sentence))
    return found


def look_of(notebook: str) -> Mapping[str, Any]:
    """What a witness printed into its autograded notebook; nothing when it printed nothing."""
    for cell in json.loads(notebook)["cells"]:
        for output in cell.get("outputs", []):
            match = _LOOK.search("".join(output.get("text", "")))
            if match:
                found: Mapping[str, Any] = json.loads(match[1])
                return found
    return {}


def words_of(row: Row) -> str:
    """All that a row says, in one text."""
    said = [row["status"], *row["problems"]]
    for exercise in row["exercises"]:
        said += [f"{exercise['name']}: {exercise['outcome']}", exercise["diagnosis"] or ""]
        said += [f"{c['name']}: {c['outcome']} {c['message']}" for c in exercise["checks"]]
    return "\n".join(said)


def _points(attack: Attack, traces: Traces, row: Row) -> list[Finding]:
    found = []
    if row["status"] != "graded":
        sentence = f"its row is {row['status']}: nobody may bring that about at will"
        found.append(Finding(Kind.ABORTING, sentence))
    earned, allowed = _earned(attack, row), _allowed(attack, traces, row)
    what = f"it earned {earned:g} points, expected {allowed:g}"
    if earned > allowed + _POINT:
        found.append(Finding(Kind.FORGED, what))
    elif earned < allowed - _POINT:
        found.append(Finding(Kind.UNFAIR, what))
    if traces.book is None or abs(traces.book - row["score"]) > _POINT:
        sentence = f"the gradebook says {traces.book}, the results file {row['score']:g}"
        found.append(Finding(Kind.FORGED, sentence))
    return found


def _earned(attack: Attack, row: Row) -> float:
    """The whole score; only where points are given in numbers, the target's alone."""
    if attack.earns in {"0", "full", "as-without"}:
        return float(row["score"])
    return _points_of(attack, row)


def _points_of(attack: Attack, row: Row) -> float:
    return float(next(e["points"] for e in row["exercises"] if e["name"] == attack.target))


def _allowed(attack: Attack, traces: Traces, row: Row) -> float:
    match attack.earns:
        case "full":
            return float(row["max_score"])
        case "as-without":
            return float(traces.bare["score"]) if traces.bare else 0.0
        case "0":
            return _rest(attack, row) if attack.is_right else 0.0
    return float(attack.earns)


def _rest(attack: Attack, row: Row) -> float:
    """What the other exercises, which are right, can earn."""
    return float(sum(e["max_points"] for e in row["exercises"] if e["name"] != attack.target))


def _sayings(attack: Attack, row: Row, texts: Mapping[str, str]) -> list[Finding]:
    found = []
    said = words_of(row)
    if not re.search(attack.says, said):
        sentence = f"nothing in its row matches {attack.says!r}; it says:\n{said}"
        found.append(Finding(Kind.SILENT, sentence))
    shown = texts.get("the autograded notebook", "")
    if attack.shows and not re.search(attack.shows, outputs_of(shown)):
        sentence = (
            f"no output matches {attack.shows!r}: the trick was not played; outputs:\n"
            f"{outputs_of(shown)[-1500:]}"
        )
        found.append(Finding(Kind.SILENT, sentence))
    return found


def outputs_of(notebook: str) -> str:
    """What the cells of an autograded notebook printed, returned and raised."""
    said = []
    for cell in json.loads(notebook)["cells"] if notebook else []:
        for output in cell.get("outputs", []):
            said += ["".join(output.get("text", "")), str(output.get("evalue", ""))]
            said += [
                str(output.get("ename", "")),
                str(output.get("data", {}).get("text/plain", "")),
            ]
    return "\n".join(filter(None, said))


def _leaks(texts: Mapping[str, str], words: Mapping[str, str]) -> list[Finding]:
    return [
        Finding(Kind.LEAKED, f"{where} holds the canary of the {name}")
        for where, text in texts.items()
        for name in found_in(text, words)
    ]


def _confessions(texts: Mapping[str, str]) -> list[Finding]:
    """What an attack says of itself: it prints ``ESCAPED: …`` or ``LEAKED: …`` when it succeeds."""
    said = outputs_of(texts.get("the autograded notebook", "")).splitlines()
    return [
        Finding(kind, f"it printed {line[:300]!r}")
        for kind in (Kind.LEAKED, Kind.ESCAPED)
        for line in said
        if line.startswith(f"{kind.upper()}:")
    ]


def _apart(seen: object, usual: object) -> str:
    if isinstance(seen, dict) and isinstance(usual, dict):
        keys = sorted(k for k in {*seen, *usual} if seen.get(k) != usual.get(k))
        return ", ".join(f"{key}: {seen.get(key)!r} for {usual.get(key)!r}" for key in keys)
    return f"{seen!r}, usually {usual!r}"
