"""``check(...)`` and ``submit()`` in a student's notebook. Part of the kit.

``check`` runs the public checks in the student's own process. It earns no points: in a graded
sandbox it works as at home, and its output is ignored.
"""
