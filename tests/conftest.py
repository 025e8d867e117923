"""What holds for every test: the order, and that no setting of whoever runs them reaches one."""

import os
from collections import Counter

import hypothesis
import pytest

pytest_plugins = ["tests.tiny_course"]

hypothesis.settings.register_profile("house", derandomize=True, deadline=None)
hypothesis.settings.load_profile("house")
# For a search that lasts: pytest tests/damaged/test_fuzz.py --hypothesis-profile=long
hypothesis.settings.register_profile(
    "long",
    deadline=None,
    max_examples=20_000,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that start kernels, then those with most tests.

    `make test` gives a whole file to a process, where its tests share what it has started. The
    files that take longest come first, and the short ones fill what is left at the end.
    """
    sizes = Counter(item.path for item in items)
    slow = {i.path for i in items if {"kernel", "browser"} & {m.name for m in i.iter_markers()}}
    items.sort(key=lambda item: (item.path not in slow, -sizes[item.path]))


@pytest.fixture(scope="session", autouse=True)
def own_environment(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> None:
    """Point Jupyter, IPython and matplotlib at empty folders, for programs we start as well.

    Courses have one secret, so that all of them, in every process of pytest, share a cache of what
    our own solutions do.
    """
    home = tmp_path_factory.mktemp("home")
    for variable in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR"):
        os.environ[variable] = str(home / variable.lower())
    os.environ["MPLBACKEND"] = "Agg"
    own = tmp_path_factory.getbasetemp()
    # A worker of xdist has a folder of its own in that of the whole run.
    shared = own.parent if hasattr(pytestconfig, "workerinput") else own
    os.environ["AUTOGRADER_CACHE"] = str(shared / "cache")
    os.environ["AUTOGRADER_SECRET"] = "the secret of courses that exist in tests only"
