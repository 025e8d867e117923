"""``python -m release``: the same as the command ``release``."""

from release.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
