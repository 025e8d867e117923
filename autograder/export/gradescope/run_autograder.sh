#!/usr/bin/env bash
# Grades one submission. Gradescope copies this file to /autograder/run_autograder and runs it there,
# as root, in a container of its own.
set -euo pipefail
root="${AUTOGRADER_GRADESCOPE_ROOT:-/autograder}"
chmod 700 "$root/source"
python="$root/environment/bin/python"
if [ ! -x "$python" ]; then
    python=python3
fi
# Not in the submission's folder: Python imports from the folder that it is started in.
cd "$root/source"
unset PYTHONPATH PYTHONSTARTUP AUTOGRADER_SECRET AUTOGRADER_WORKSPACE
exec "$python" -m autograder.export.gradescope.container grade
