"""Makes nbgrader read the course's settings; there is nothing to set here."""

from contextlib import suppress
from pathlib import Path

load_subconfig("course_config.py")

# nbgrader makes every folder but the one that its gradebook is to lie in.
with suppress(OSError):
    Path(c.CourseDirectory.root, c.Course.workspace).mkdir(parents=True, exist_ok=True)
