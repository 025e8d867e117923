"""Packs assignments for other platforms. In the operator's process; nothing else imports it."""
