"""The benchmark of confinement measures what it says it does."""

import pytest

from tests.benchmarks.confinement import (
    CONFINED,
    LIMITS,
    SECCOMP,
    UNCONFINED,
    measure,
    require_level,
    table,
    zygote,
)


@pytest.mark.kernel
@pytest.mark.slow
def test_both_kinds_of_fork_are_what_they_are_called() -> None:
    """the same zygote gives a kernel with all layers and, for the benchmark only, one without."""
    with zygote() as sandbox:
        for name, limits in LIMITS.items():
            require_level(sandbox, limits, SECCOMP[name])
        with pytest.raises(RuntimeError, match="should say"):
            require_level(sandbox, LIMITS[CONFINED], SECCOMP[UNCONFINED])
        ready, whole = measure(sandbox, rounds=2)
    assert [len(ready[name]) == len(whole[name]) == 2 for name in LIMITS] == [True, True]
    assert table(ready, whole, rounds=2).row_count == 3
