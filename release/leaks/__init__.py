"""Looks for answers, secrets and paths in what a release or a package holds. Trusted."""
