"""What Python says of names, calls, modules and files, in plain words. Pure data.

*Source:* the wordings of Python 3.11; tests/checks/test_explanation.py provokes each.
"""

from autograder.checks.known_exception import known

NAMES_AND_CALLS = (
    known(
        "arguments",
        "TypeError",
        r"[\w.<>]{1,100}\(\) (?:missing \d{1,3} required |takes (?:no |exactly |\d|from \d)"
        r"|got an unexpected keyword argument |got multiple values for argument )",
        "A function or class was called with other arguments than it takes. The exercise's own "
        "must take those of the statement, in that order; a method also takes self.",
    ),
    known(
        "unassigned",
        "UnboundLocalError NameError",
        r"cannot access (?:local|free) variable '",
        "A variable was read before it had a value: inside its function it is assigned further "
        "down, or in a loop or an `if` that did not run.",
    ),
    known(
        "undefined",
        "NameError",
        r"name '.{1,100}' is not defined",
        "A name was used that nothing has defined: it is misspelt, was not imported, or comes from "
        "a cell that is gone. Restart the kernel and run all cells to see it.",
    ),
    known(
        "key",
        "KeyError",
        r"",
        "A dictionary has no entry under the key that it was asked for.",
    ),
    known(
        "divided-by-zero",
        "ZeroDivisionError",
        r"",
        "Something was divided by zero. If that was a count, nothing was counted: a loader that "
        "has been iterated over before may be empty.",
    ),
    known(
        "nothing-left",
        "StopIteration",
        r"",
        "next() was called where nothing was left to take.",
    ),
    known(
        "nothing-left-in-a-generator",
        "RuntimeError",
        r"generator raised StopIteration",
        "Inside a generator, next() was called where nothing was left to take.",
    ),
    known(
        "recursion",
        "RecursionError",
        r"maximum recursion depth exceeded",
        "Functions call each other deeper than Python allows: one calls itself without end, "
        "perhaps because two have one name.",
    ),
    known(
        "no-module",
        "ModuleNotFoundError",
        r"No module named '",
        "A module was imported that is not installed here, or whose name is misspelt.",
    ),
    known(
        "no-name-in-module",
        "ImportError",
        r"cannot import name '",
        "A name was imported from a module that has none of that name.",
    ),
    known(
        "no-file",
        "FileNotFoundError",
        r"\[Errno 2\] ",
        "A file was opened that is not there. A notebook is graded without the files beside it.",
    ),
)
