"""What nbgrader's own commands call: grading, exporting, and the pages of formgrader and feedback.

In nbgrader's process, which is the operator's. nbgrader_config.py names these classes.
"""

import autograder.notebook  # noqa: F401 - it decides how jsonschema is imported
