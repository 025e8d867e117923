"""Runs beside student code: makes inputs, calls the student's function and reports what it saw.

Nothing in this room knows an answer, a check or a score, and nothing it reports is trusted.
"""
