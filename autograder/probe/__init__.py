"""Runs beside student code: makes inputs, calls the student's function, records observations.

Nothing in this room knows an answer, a check or a score, and nothing that it reports is trusted.
"""
