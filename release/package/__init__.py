"""``release pack``: the packages that students download, and the hub's links. Trusted."""
