"""Contains student code: a zygote that forks one confined Jupyter kernel for each submission.

The modules here are the near side: trusted, they start the zygote, ask for kernels and read what
comes back. :mod:`autograder.sandbox.inside` is the far side, and travels in the kit.
"""
