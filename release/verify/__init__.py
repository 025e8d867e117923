"""``release verify``: proves that an assignment grades fairly before it is released. Trusted."""
