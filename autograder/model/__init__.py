"""Plain data that every room shares: frozen dataclasses over the standard library only."""
