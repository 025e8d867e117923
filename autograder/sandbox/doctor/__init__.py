"""``autograder doctor``: tries on this machine what confinement needs. In the operator's process."""
