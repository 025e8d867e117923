"""Results as a table that a person reads, on standard output."""

from collections.abc import Iterable, Sequence

from autograder.model.verdict import ExerciseResult, GradingResults, Outcome, SubmissionResult
from autograder.notebook.report import points_text
from autograder.terminal.escaping import plain_line

LONGEST = 100
# A problem says what was found and what to do: it is read to its end.
LONGEST_PROBLEM = 400


def results_table(results: GradingResults) -> str:
    """One line a student: score, what became of each exercise, problems below."""
    rows = sorted(results.submissions, key=lambda row: row.student)
    if not rows:
        return f"{results.assignment}: nothing was graded"
    names = [exercise.name for exercise in rows[0].exercises]
    lines = _aligned([("student", "score", *names), *(_row(row) for row in rows)])
    for line, row in zip(lines[1:], rows, strict=True):
        line.extend(f"    {_shown(problem, longest=LONGEST_PROBLEM)}" for problem in row.problems)
    review = [row.student for row in rows if row.status != "graded"]
    mean = sum(row.score for row in rows) / len(rows)
    ends = f"{len(rows)} graded, mean {mean:.2f} of {points_text(rows[0].max_score)}"
    if review:
        ends += f"; {len(review)} to be looked at: {', '.join(map(_shown, review))}"
    return "\n".join([*(text for line in lines for text in line), "", ends])


def submission_table(row: SubmissionResult) -> str:
    """One submission in full: each check, what it found, the mistake and its hint."""
    lines = [f"score {points_text(row.score)} of {points_text(row.max_score)}"]
    lines += [f"  note: {_shown(problem, longest=LONGEST_PROBLEM)}" for problem in row.problems]
    for exercise in row.exercises:
        lines += ["", *_exercise(exercise)]
    if row.awaiting:
        lines += ["", f"a person grades: {', '.join(row.awaiting)}"]
    return "\n".join(lines)


def _exercise(exercise: ExerciseResult) -> list[str]:
    points = f"{points_text(exercise.points)} of {points_text(exercise.max_points)}"
    lines = [f"{exercise.name}  {points}  {exercise.outcome}"]
    if exercise.diagnosis:
        lines.append(f"  looks like {_shown(exercise.diagnosis)}: {_shown(exercise.hint or '')}")
    elif exercise.hint:
        lines.append(f"  what happened: {_shown(exercise.hint, longest=LONGEST_PROBLEM)}")
    for check in exercise.checks:
        hidden = " (hidden)" if check.hidden else ""
        lines.append(f"  {check.outcome:<14} {_shown(check.title)}{hidden}")
        if check.message:
            lines.append(f"  {'':<14}   {_shown(check.message)}")
    return lines


def _row(row: SubmissionResult) -> tuple[str, ...]:
    cells = (_cell(exercise) for exercise in row.exercises)
    return (_shown(row.student), points_text(row.score), *cells)


def _cell(exercise: ExerciseResult) -> str:
    if exercise.outcome is Outcome.PASSED:
        return points_text(exercise.points)
    return f"{points_text(exercise.points)} {_shown(exercise.diagnosis or exercise.outcome)}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Each row as a list that begins with its line; cells stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [["  ".join(_padded(row, widths)).rstrip()] for row in rows]


def _padded(row: Iterable[str], widths: Iterable[int]) -> Iterable[str]:
    return (cell.ljust(width) for cell, width in zip(row, widths, strict=True))


def _shown(text: str, *, longest: int = LONGEST) -> str:
    """One line of a bounded length, with nothing that a terminal would obey."""
    line = plain_line(text)
    return line if len(line) <= longest else line[: longest - 1] + "…"
