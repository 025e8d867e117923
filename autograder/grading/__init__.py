"""Files and databases of the course, in the operator's process and its workers.

It runs on the trusted side. Submitted files are read as hostile bytes, and what comes back from
the sandbox is shown, never believed: points come from the judge alone.
"""

import sys

# jsonschema offers to check IRIs, for which this package builds a grammar at import: 1.2 s in
# every process that reads a notebook, and no notebook schema asks for it. None means: not there.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
