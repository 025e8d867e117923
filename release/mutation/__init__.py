"""Mutants of the solutions, which the suites have to reject. Trusted; nothing here runs them."""
