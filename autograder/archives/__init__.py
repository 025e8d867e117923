"""Archives and folders that strangers hand in: read as hostile bytes, unpacked within caps.

In the operator's process. Nothing here knows what a notebook or a course is.
"""
