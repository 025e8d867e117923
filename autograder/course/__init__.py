"""The course on disk: its settings, workspace, secret, permissions and kept releases.

In the operator's process, on the trusted side.
"""
