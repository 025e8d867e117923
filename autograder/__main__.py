"""``python -m autograder``: the command ``autograder``; in a student's package, ``submit`` alone.

This file is part of the student kit, which holds no grader.
"""

import sys
from importlib.util import find_spec

SUBMIT = "submit"

if __name__ == "__main__":
    if sys.argv[1:2] == [SUBMIT] or find_spec("autograder.cli") is None:
        from autograder.selfcheck.command import main
    else:
        from autograder.cli import main
    raise SystemExit(main())
