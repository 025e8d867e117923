"""``check(...)`` in a student's notebook: public checks, in-process, at once. Part of the kit.

It earns nothing: in a graded sandbox it works as at home, and nobody reads what it says.
"""
