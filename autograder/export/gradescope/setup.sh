#!/usr/bin/env bash
# Makes the grader's Python environment, once, when Gradescope builds the image: as root, in Ubuntu.
set -euo pipefail
root="${AUTOGRADER_GRADESCOPE_ROOT:-/autograder}"
source="$root/source"

# The answers and the course secret are in it, so only root may enter.
chmod 700 "$source"

fitting_python() {
    local candidate
    for candidate in python3.11 python3.12 python3.13 python3; do
        if "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
            2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

if ! python="$(fitting_python)"; then
    apt-get update
    apt-get install --yes --no-install-recommends python3.11 python3.11-venv ||
        apt-get install --yes --no-install-recommends python3 python3-venv
    python="$(fitting_python)" || {
        echo "The grader needs Python 3.11 or newer: choose a newer base image." >&2
        exit 1
    }
fi

if [ -f "$source/pip.conf" ]; then
    export PIP_CONFIG_FILE="$source/pip.conf"
fi
"$python" -m venv "$root/environment"
"$root/environment/bin/python" -m pip install --no-cache-dir --requirement "$source/requirements.txt"

# The right and wrong solutions run now, and not again for each submission. An image may be built
# where nothing can be confined; then they run with every submission.
cd "$source"
"$root/environment/bin/python" -m autograder.export.gradescope.container prepare ||
    echo "Nothing was prepared: every submission will take longer." >&2
