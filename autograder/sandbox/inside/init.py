"""Process 1 of a fork's pid namespace: it reaps, passes interrupts on, and ends with the kernel.

Runs beside student code, as confined as that. When it ends the Linux kernel ends all the others.
"""

import contextlib
import os
import signal
from types import FrameType
from typing import NoReturn

from autograder.sandbox.inside.bootstrap import KILLED
from autograder.sandbox.inside.linux import PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG, prctl


def be_init(kernel: int) -> NoReturn:
    """Wait for the process ``kernel`` and end as it ended; a signal shows as 128 + its number.

    At the reduced level it is no process 1: it is not confined, what outlives the kernel becomes
    its child, and the zygote ends what it leaves.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(kernel, signal.SIGINT)

    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGINT, interrupt)
    while True:
        pid, status = os.wait()
        if pid == kernel:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else KILLED - code)
