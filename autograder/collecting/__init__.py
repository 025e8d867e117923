"""Takes what comes back: from an exchange, a learning platform, a folder, a student's own zip.

In the operator's process. Every file is a stranger's, its name and its times included: archives go
through the grading room's extractor, names are matched and never guessed, and nothing is run. What
is taken lies under ``submitted/`` afterwards; what it replaces, under ``submitted-earlier/``.
"""
