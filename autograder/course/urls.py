"""Addresses on the web, as an operator types them. In the operator's process."""

from urllib.parse import urlsplit

from autograder.errors import UsageError

# What a browser would write in percents; git and pip do not.
_UNSAFE = frozenset(' <>"\\^`{|}')


def web_address(text: str, name: str) -> str:
    """The address without slashes at its end.

    Args:
        text: What was typed.
        name: What it was typed as, for the sentence.

    Raises:
        UsageError: It is no http or https address, or has a password, a query or a blank in it.
    """
    reason = _fault(text)
    if reason:
        raise UsageError(f"{name} is {text!r}: {reason}.")
    return text.rstrip("/")


def _fault(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return "it is no address"
    if not is_web:
        return "an address begins with https:// and a host"
    if "@" in parts.netloc:
        return "leave out who logs in: everybody would read it"
    if "?" in text or "#" in text:
        return "leave out what follows ? or #"
    if not text.isascii() or not text.isprintable() or not _UNSAFE.isdisjoint(text):
        return "write a blank as %20, and other signs in percents as well"
    return ""
