"""The grading room's only door to nbgrader, SQLAlchemy and alembic; in the operator's process.

Importing it costs two seconds, so nothing imports it before it is needed, and workers never do.
"""
