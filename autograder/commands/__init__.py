"""The commands of ``autograder``, a module each: its arguments, and what it does with them.

In the operator's process. What takes long to import is imported by the command that needs it:
``--help`` answers at once.
"""
