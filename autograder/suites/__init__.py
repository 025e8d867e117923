"""One folder an assignment, one folder an exercise. ``scenarios`` and ``test_*`` are public.

``hidden``, ``accepted`` and ``misconceptions`` hold answers: they never enter a student's kit, and
no code that runs beside a student imports them.
"""
