"""The far side of the wall: builds it from inside, and runs the student's cells behind it.

Imports nothing of the near side, which is the rest of :mod:`autograder.sandbox`.
"""
