"""The course's settings: the only ones there are.

``autograder`` and ``release`` read this file, and so does every stock ``nbgrader`` command and
formgrader, through nbgrader_config.py. ``c.Course`` is ours; every other section is nbgrader's.
"""

import os
from pathlib import Path

c = get_config()

# ---------------------------------------------------------------------------------- the course
c.CourseDirectory.course_id = "pytorch"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.source_directory = "assignments"

# ------------------------------------------------------------- everything that is ever written
# `--workspace DIR` moves it for one command of ours; AUTOGRADER_WORKSPACE=DIR (an absolute path,
# or one from this folder on) moves it for nbgrader's commands too. By default nbgrader writes and
# deletes in release/, which is a package of this project: every folder has to be named here.
workspace = os.environ.get("AUTOGRADER_WORKSPACE") or "workspace"
c.Course.workspace = workspace
for step in ("release", "submitted", "autograded", "feedback", "solution", "source_with_tests"):
    c.CourseDirectory[f"{step}_directory"] = f"{workspace}/{step}"
c.CourseDirectory.db_url = f"sqlite:///{Path(c.CourseDirectory.root, workspace, 'gradebook.db')}"

# What can be made again. Several workspaces may share one, by AUTOGRADER_CACHE=DIR (an absolute
# path, or one from this folder on): then references are observed once for all that have the same
# notebook, suite and course secret. It must be a folder of your own, with mode 0700.
c.Course.cache = os.environ.get("AUTOGRADER_CACHE") or f"{workspace}/cache"

# ------------------------------------------------------------------- what one submission may use
# Processor seconds, of all the submission's processes together. One that sleeps or waits is ended
# after three times as long. memory_bytes is the address space of each process.
c.Course.cell_seconds = 20.0
c.Course.notebook_seconds = 120.0
c.Course.memory_bytes = 4 * 1024**3
# All processes and in-memory files of a submission together. Not less than one process may have:
# else it depends on the moment whether that one gets a MemoryError or is ended.
c.Course.group_bytes = 4 * 1024**3

# ------------------------------------------------------------------------------- the collecting
# The zone of times that name none, such as those in a zip.
c.Course.timezone = "UTC"
# What a late submission loses: "none", or "zero" for everything; or name a plug-in of your own, as
# nbgrader's manual has it. `nbgrader db assignment add NAME --duedate TIME` sets the due date.
c.LateSubmissionPlugin.penalty_method = "none"

# ---------------------------------------------------------------------------------- the grading
# Submissions graded at the same time; 0 means one for each processor.
c.Course.jobs = 0
# Hidden inputs are derived from the course secret. It is made on first use in this file, with mode
# 0600; put a file of your own there, or set AUTOGRADER_SECRET (at least 16 characters), to grade
# on several machines alike.
c.Course.secret_file = f"{workspace}/course-secret"

# ------------------------------------------------------- nbgrader's own autograde, and its button
# They run and judge student code as `autograder grade` does, in the sandbox. Without these lines
# nbgrader would run it unconfined, with your rights.
adapter = "autograder.nbgrader_plugins.autograde"
c.Autograde.exporter_class = f"{adapter}.SubmissionExporter"
c.Autograde.sanitize_preprocessors = [f"{adapter}.Frame"]
c.Autograde.autograde_preprocessors = [f"{adapter}.Judge"]
# `nbgrader generate_assignment` writes what `release build` writes: the self-check goes with it.
c.GenerateAssignment.post_convert_hook = "release.build.add_kit"

# ----------------------------------------------- nbgrader's feedback pages and its table of grades
# Made by nbgrader's own commands, with what students wrote sanitised and escaped.
pages = "autograder.nbgrader_plugins"
c.GenerateFeedback.exporter_class = f"{pages}.pages.FeedbackExporter"
c.ExportApp.plugin_class = f"{pages}.export_csv.QuotedCsv"
