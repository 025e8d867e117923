"""One folder an assignment, one folder an exercise. ``scenarios`` and ``test_*`` are public.

``hidden``, ``accepted`` and ``misconceptions`` hold answers: they never enter a student's kit, and
no code that runs beside a student imports them.

Some ``misconceptions`` are longer than other modules: every form stands whole, as a student would
type it, so that each can be read, run and corrected by itself.
"""
