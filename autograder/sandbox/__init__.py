"""Contains student code: a zygote that forks one confined Jupyter kernel for each submission.

Two kinds of module live here. ``cage``, ``zygote`` and what they import run on the far side,
beside student code, and travel in the kit; ``sandbox``, ``client`` and what they import run on
the trusted side and drive it.
"""
