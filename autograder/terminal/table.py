"""Results as tables for a person, on standard output. In the operator's process."""

from autograder.model.verdict import ExerciseResult, GradingResults, Outcome, SubmissionResult
from autograder.notebook.report import points_text
from autograder.terminal.escaping import plain_line

LONGEST = 100
# A problem says at its end what to do, so it is not cut off early.
LONGEST_PROBLEM = 400


def results_table(results: GradingResults) -> str:
    """One line for each student: score, points of each exercise; below it, the problems."""
    rows = sorted(results.submissions, key=lambda row: row.student)
    if not rows:
        return f"{results.assignment}: nothing was graded"
    names = [exercise.name for exercise in rows[0].exercises]
    table = [("student", "score", *names), *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = []
    for cells, problems in zip(table, [(), *(row.problems for row in rows)], strict=True):
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        lines.append("  ".join(padded).rstrip())
        lines += [f"    {_shown(problem, longest=LONGEST_PROBLEM)}" for problem in problems]
    review = [row.student for row in rows if row.status != "graded"]
    mean = sum(row.score for row in rows) / len(rows)
    summary = f"{len(rows)} graded, mean {mean:.2f} of {points_text(rows[0].max_score)}"
    if review:
        summary += f"; {len(review)} to be looked at: {', '.join(map(_shown, review))}"
    return "\n".join([*lines, "", summary])


def submission_table(row: SubmissionResult) -> str:
    """One submission in full: each check with what it found, the mistake and its hint."""
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


def _cells(row: SubmissionResult) -> tuple[str, ...]:
    cells = [_shown(row.student), points_text(row.score)]
    for exercise in row.exercises:
        points = points_text(exercise.points)
        is_passed = exercise.outcome is Outcome.PASSED
        mistake = "" if is_passed else f" {_shown(exercise.diagnosis or exercise.outcome)}"
        cells.append(f"{points}{mistake}")
    return tuple(cells)


def _shown(text: str, *, longest: int = LONGEST) -> str:
    """One line of a bounded length, safe for a terminal."""
    line = plain_line(text)
    return line if len(line) <= longest else line[: longest - 1] + "…"
