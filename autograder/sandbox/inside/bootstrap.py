"""The process between the trusted side and the zygote: builds the namespaces and the file view.

Started by :mod:`autograder.sandbox.launch` with a clean environment. It is trusted, runs once a
machine, and becomes the zygote by executing a fresh Python inside the finished file view, so that
nothing of the outside is left in the zygote's memory.
"""

import json
import os
import signal
import socket
from typing import Any, NoReturn

from autograder.errors import ConfinementError
from autograder.sandbox.inside.confinement_layers import layer
from autograder.sandbox.inside.file_view import HOME, KIT, WRITABLE, enter_view
from autograder.sandbox.inside.linux import (
    PR_SET_CHILD_SUBREAPER,
    PR_SET_PDEATHSIG,
    leave_keyring,
    prctl,
)
from autograder.sandbox.inside.namespaces import enter_zygote_namespaces
from autograder.sandbox.inside.orphans import end_orphans
from autograder.sandbox.inside.privileges import STUDENT_ID, keep_capabilities, lift_limits
from autograder.sandbox.inside.user_ids import take_user_ids

INSTRUCTION_BYTES = 64 * 1024
REFUSED = 70
# An exit status above it means a signal, as in a shell.
KILLED = 128


def student_environment(prefix: str, home: str = HOME) -> dict[str, str]:
    """Every variable that student code can see; at the reduced level each fork moves on."""
    temporary = WRITABLE[0] if home == HOME else home
    return {
        "HOME": home,
        "USER": "student",
        "LOGNAME": "student",
        "PATH": f"{prefix}/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TMPDIR": temporary,
        "IPYTHONDIR": f"{temporary}/.ipython",
        "MPLCONFIGDIR": f"{temporary}/.matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # There is no network: pip finds out at once, instead of trying again for 8 s a package.
        "PIP_NO_INDEX": "1",
        "PIP_RETRIES": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        # There is no compiler in here: what torch.compile() is given runs as it was written.
        "TORCHDYNAMO_DISABLE": "1",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def main(control_descriptor: int, listener_descriptor: int) -> NoReturn:
    """Read the instructions, enter new namespaces and become the zygote; report a refusal."""
    control = socket.socket(fileno=control_descriptor)
    instructions = json.loads(control.recv(INSTRUCTION_BYTES))
    leave_keyring()
    try:
        with layer("limits"):
            lift_limits()
        with layer("identity"):
            # Held as long as this process lives: it outlives every process with one of these ids.
            first_uid, _held = take_user_ids() if os.getuid() == 0 else (None, None)
        if instructions["is_reduced"]:
            prctl(PR_SET_CHILD_SUBREAPER, 1)
        else:
            with layer("namespaces"):
                enter_zygote_namespaces()
        zygote = os.fork()
        if zygote == 0:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if not instructions["is_reduced"]:
                _enter_file_view(instructions)
            _become_zygote(instructions, control_descriptor, listener_descriptor, first_uid)
    except ConfinementError as error:
        control.send(json.dumps({"refused": str(error)}).encode())
        # Instructions to the zygote that are left unread would reset the connection, and the
        # refusal would be lost.
        control.recv(INSTRUCTION_BYTES)
        os._exit(REFUSED)
    control.close()
    os.close(listener_descriptor)
    _, status = os.waitpid(zygote, 0)
    if instructions["is_reduced"]:
        end_orphans()
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else KILLED - code)


def _enter_file_view(instructions: dict[str, Any]) -> None:
    with layer("file view"):
        enter_view(
            instructions["base"],
            kit=instructions["kit"],
            runtime=instructions["runtime"],
            masked=instructions["masked"],
            uid=STUDENT_ID,
        )
    with layer("namespaces"):
        keep_capabilities()


def _become_zygote(
    instructions: dict[str, Any], control: int, listener: int, first_uid: int | None
) -> NoReturn:
    kit, home = KIT, HOME
    if instructions["is_reduced"]:
        kit, home = instructions["kit"], instructions["base"]
    boot = (
        f"import sys; sys.path.insert(0, {kit!r}); "
        "from autograder.sandbox.inside.zygote import main; "
        f"main({control}, {listener}, {first_uid})"
    )
    python = instructions["executable"]
    environment = student_environment(instructions["prefix"], home)
    os.execve(python, [python, "-I", "-S", "-c", boot], environment)
