"""The only door to nbgrader's database, SQLAlchemy and alembic. In the operator's process.

Importing it costs two seconds, so nothing imports it before it is needed, and workers never do.
"""

import autograder.notebook  # noqa: F401 - it decides how jsonschema is imported
