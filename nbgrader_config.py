"""Makes nbgrader read the course's settings; there is nothing to set here."""

from contextlib import suppress
from pathlib import Path

from autograder.nbgrader_plugins.formgrader import harden

load_subconfig("course_config.py")

# nbgrader makes every folder but the one that its gradebook is to lie in; nobody else may enter it.
with suppress(OSError):
    Path(c.CourseDirectory.root, c.Course.workspace).mkdir(mode=0o700, parents=True, exist_ok=True)

# Formgrader shows what strangers wrote, on the machine that holds the grades.
harden()
