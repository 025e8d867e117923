"""Collects submissions: from nbgrader's exchange, a learning platform, a folder, or one file.

In the operator's process. Every file is a stranger's, and so are its name and its times: archives
go through ``autograder.archives``, names are matched and never guessed, and nothing is run. What is
collected is in ``submitted/`` afterwards; what it replaced is in ``submitted-earlier/``.
"""
