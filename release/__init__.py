"""Turns source notebooks into what students get. In the operator's process; trusted.

Releases are made with the autograder; the autograder never imports this package.
"""
