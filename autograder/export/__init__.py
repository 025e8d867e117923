"""Brings the course to other platforms. In the operator's process; nothing else imports it."""
