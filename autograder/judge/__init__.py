"""Decides points. Trusted: runs outside every sandbox and reads nothing but data from inside."""
