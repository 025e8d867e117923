"""Files and databases of the course, in the operator's process and its workers.

It runs on the trusted side. Submitted files are read as hostile bytes, and what comes back from
the sandbox is shown, never believed: points come from the judge alone.
"""
