"""A grading run: submissions go to workers, results to the journal, gradebook and results file.

On the trusted side: in the operator's process and its workers.
"""

import autograder.notebook  # noqa: F401 - it decides how jsonschema is imported
