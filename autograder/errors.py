"""Everything that can go wrong on our side, or in what an operator typed.

A student's mistake is an outcome and never one of these::

    AutograderError
    ├── UsageError          the operator named something that does not exist (exit code 2)
    ├── ConfinementError    this machine cannot confine student code (exit code 3)
    ├── SandboxError        the zygote or a kernel of ours failed (exit code 3)
    │   └── NoSandboxError  no zygote can be started any more (exit code 3)
    ├── WireError           a message from the sandbox was malformed; becomes an outcome
    └── SuiteError          a suite contradicts itself, or its notebook (exit code 3)
        └── SourceError     a source notebook is damaged; its author repairs it (exit code 2)
"""


class AutograderError(Exception):
    """Base of all errors; its text is a sentence that can be shown as it is."""

    exit_code = 3


class UsageError(AutograderError):
    """Something that the operator named does not exist or cannot be written; says what to do."""

    exit_code = 2


class ConfinementError(AutograderError):
    """Student code cannot be confined here; says what is missing and how to get it."""


class SandboxError(AutograderError):
    """The trusted side of the sandbox failed: the zygote died, or could not be started."""


class NoSandboxError(SandboxError):
    """No kernel can be started any more: every further run would fail in the same way."""


class WireError(AutograderError):
    """A message is not an observation: malformed, truncated, too large, nested too deep."""


class SuiteError(AutograderError):
    """A suite and its source notebook do not fit together; says which and where."""


class SourceError(SuiteError):
    """A source notebook cannot be used as it is; says where, and what to do."""

    exit_code = 2
