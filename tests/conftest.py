"""What holds for every test: the order, and that no setting of whoever runs them reaches one."""

import os

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file that starts kernels in one process, and begin with such files.

    They take longest, and share what their file has started. The short tests come last, each in
    whichever process is free.
    """
    slow = {i.path for i in items if {"kernel", "browser"} & {m.name for m in i.iter_markers()}}
    for item in items:
        if item.path in slow:
            item.add_marker(pytest.mark.xdist_group(item.location[0]))
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


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
