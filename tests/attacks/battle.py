"""One assignment's class of attackers: handed in, graded, given feedback, and looked at."""

import json
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from tests.attacks.assessing import Finding, Kind, Row, Traces, assess, look_of, remains
from tests.attacks.attack import Attack
from tests.attacks.canaries import found_in, hidden_words
from tests.attacks.classroom import Classroom

CONTROL, BYSTANDER = "a000-control", "zzz-bystander"
GRADE_SECONDS, FEEDBACK_SECONDS = 1800, 600
# What an attack leaves stays, so that one who looks for it after some of them sees it as well.
ATTACKS_A_WITNESS = 8
_FEEDBACK_FAMILIES = {"leaking", "forging"}
_FEEDBACK_AT_MOST = 24
_GRADED, _REVIEW = 0, 1
_BOOK = """
select submitted_assignment.student_id, sum(grade.auto_score)
from grade join submitted_notebook on grade.notebook_id = submitted_notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
join assignment on submitted_assignment.assignment_id = assignment.id
where assignment.name = ? group by submitted_assignment.student_id
"""


class Battle:
    """One assignment's class, from handing in to what is left afterwards."""

    def __init__(
        self,
        room: Classroom,
        attacks: list[Attack],
        words: Mapping[str, str],
        home: Path,
        *,
        alone: bool = False,
    ) -> None:
        """Take note of who attacks; ``alone``: a witness follows each of them."""
        self._room = room
        self._attacks = attacks
        self._home = home
        self._words = dict(words)
        size = 1 if alone else ATTACKS_A_WITNESS
        self.groups = [attacks[at : at + size] for at in range(0, len(attacks), size)]
        self._last_of = {attack.key: group[-1] for group in self.groups for attack in group}
        self._numbers = {attack.key: number for number, attack in enumerate(attacks, start=1)}
        self._rows: dict[str, Row] = {}
        self._book: dict[str, float] = {}
        self._control: Mapping[str, object] = {}

    def hand_in(self) -> None:
        """Each attack, what it would be without its trick, and a witness behind each group."""
        room = self._room
        room.hand_in(CONTROL, room.witness_notebook(), {})
        room.hand_in(BYSTANDER, room.bystander_notebook(self._words["bystander"]), {})
        for attack in self._attacks:
            room.hand_in(self._student(attack), *room.notebook_of(attack))
            if attack.earns == "as-without":
                honest = room.notebook_of(attack.without_trick())
                room.hand_in(self._student(attack, "bare"), *honest)
        for group in self.groups:
            room.hand_in(self._student(group[-1], "then"), room.witness_notebook(), {})

    def grade(self) -> list[Finding]:
        """Run the real command; what it says of the batch as a whole."""
        room = self._room
        name = ("--first-name", self._words["gradebook"])
        self._run("nbgrader", "db", "student", "add", BYSTANDER, *name, seconds=120)
        try:
            done = self._run(
                # Many of them wait for their time to be over, side by side.
                "autograder", "grade", room.assignment, "--jobs", "5", "--json", "results.json",
                seconds=GRADE_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            sentence = f"grading was not over after {GRADE_SECONDS} s"
            return [Finding(Kind.ABORTING, sentence)]
        found = []
        if done.returncode != _GRADED:
            sentence = f"`autograder grade` ended with {done.returncode}: {done.stderr[-3000:]}"
            found.append(Finding(Kind.ABORTING, sentence))
        results = room.root / "results.json"
        if results.is_file():
            rows = json.loads(results.read_text(encoding="utf-8"))["submissions"]
            self._rows = {row["student"]: row for row in rows}
        self._book = self._gradebook()
        self._words |= hidden_words(room.assignment, room.exercises, self._words["secret"].encode())
        found += [
            Finding(Kind.LEAKED, f"what the command printed holds the canary of the {name}")
            for name in found_in(done.stdout + done.stderr, self._words)
        ]
        return found + self._control_findings()

    def feedback(self) -> list[Finding]:
        """Give it to a good part of the class: it takes nbgrader half a second for each."""
        chosen = [a for a in self._attacks if a.family in _FEEDBACK_FAMILIES] or self._attacks
        students = [self._student(a) for a in chosen][:: max(1, len(chosen) // _FEEDBACK_AT_MOST)]
        # nbgrader takes one pattern of students, but a list of those to leave out.
        others = sorted({*self._rows} - {*students[:_FEEDBACK_AT_MOST]})
        done = self._run(
            "nbgrader", "generate_feedback", self._room.assignment,
            f"--CourseDirectory.student_id_exclude={','.join(others)}", seconds=FEEDBACK_SECONDS,
        )  # fmt: skip
        if done.returncode == 0:
            return []
        sentence = f"`nbgrader generate_feedback` failed: {done.stderr[-3000:]}"
        return [Finding(Kind.ABORTING, sentence)]

    def assessed(self, attack: Attack) -> list[Finding]:
        """What came of one attack."""
        return assess(attack, self._traces(attack), self._words)

    def remains(self, attack: Attack) -> list[Finding]:
        """What it, or another one of its group, has left to the witness behind them."""
        return remains(self._traces(attack))

    def _traces(self, attack: Attack) -> Traces:
        student, witness = self._student(attack), self._student(self._last_of[attack.key], "then")
        return Traces(
            row=self._rows.get(student),
            bare=self._rows.get(self._student(attack, "bare")),
            book=self._book.get(student),
            texts=self._texts(student),
            witness=self._rows.get(witness),
            looked=self._look(witness),
            expected=self._control,
        )

    def _control_findings(self) -> list[Finding]:
        row = self._rows.get(CONTROL)
        self._control = self._look(CONTROL)
        if row is None or row["score"] != row["max_score"] or not self._control:
            return [Finding(Kind.UNFAIR, f"the control submission is not right: {row}")]
        return []

    def _look(self, student: str) -> Mapping[str, object]:
        path = self._autograded(student)
        return look_of(path.read_text(encoding="utf-8")) if path.is_file() else {}

    def _texts(self, student: str) -> dict[str, str]:
        name = self._room.assignment
        feedback = self._room.workspace / "feedback" / student / name / f"{name}.html"
        paths = {"the autograded notebook": self._autograded(student), "the feedback": feedback}
        return {
            what: path.read_text(encoding="utf-8") for what, path in paths.items() if path.is_file()
        }

    def _autograded(self, student: str) -> Path:
        name = self._room.assignment
        return self._room.workspace / "autograded" / student / name / f"{name}.ipynb"

    def _gradebook(self) -> dict[str, float]:
        path = self._room.workspace / "gradebook.db"
        if not path.is_file():
            return {}
        with closing(sqlite3.connect(path)) as book:
            rows = book.execute(_BOOK, (self._room.assignment,)).fetchall()
        return {student: points or 0.0 for student, points in rows}

    def _student(self, attack: Attack, suffix: str = "") -> str:
        number = f"a{self._numbers[attack.key]:03d}"
        return f"{number}-{suffix or attack.key.replace('/', '-')}"

    def _run(self, *command: str, seconds: float) -> "subprocess.CompletedProcess[str]":
        return self._room.run(*command, seconds=seconds, words=self._words, home=self._home)
