"""``autograder doctor``: tries here what confinement needs. In the operator's process."""
