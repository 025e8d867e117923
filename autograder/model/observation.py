"""What was observed when a function ran. Data only; both sides of the sandbox read it.

An observation that comes out of the sandbox is a claim by an adversary. The judge compares it, leaf
by leaf, with what the trusted side observed on the same scenario.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.model.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Array:
    """The bytes of a tensor or of a NumPy array, with what describes them.

    Attributes:
        dtype: Torch's name without its prefix, such as ``float32``, ``int64`` or ``bool``.
        shape: One size per axis; empty for a 0-d tensor.
        data: The values in C order, little-endian.
        device: ``cpu``, ``cuda:0``, ``simgpu:0``; ``numpy`` for a NumPy array.
        requires_grad: Whether the tensor carried a graph or asked for gradients.
    """

    dtype: str
    shape: tuple[int, ...]
    data: bytes = field(repr=False)
    device: str = "cpu"
    requires_grad: bool = False


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that is reported by its type only, such as a module or a number of 5,000 digits.

    Attributes:
        type_name: Qualified name of the type, such as ``torch.device``.
        text: Its ``str()``, kept for a few types only (torch.dtype, torch.device).
    """

    type_name: str
    text: str = ""


Value = (
    None | bool | int | float | str | Array | Opaque
    | list["Value"] | tuple["Value", ...] | dict[str, "Value"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One stage of a training step, in the order in which the recorder saw it.

    Attributes:
        name: ``zero_grad``, ``forward``, ``loss``, ``backward`` or ``step``.
        detail: What explains it, such as ``{"training": True}`` on a forward pass.
    """

    name: str
    detail: Mapping[str, bool | int | float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Raised:
    """The exception that ended a scenario.

    Attributes:
        type_name: The exception's class name, such as ``RuntimeError``.
        message: Its text, cut to a bounded length. The student controls it.
        line: Number of the student's own line within its cell, or None when unknown.
        cell: Digest of the code of that cell, or empty when unknown.
    """

    type_name: str
    message: str = ""
    line: int | None = None
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything that was observed while one scenario ran on one function.

    Attributes:
        scenario: Name of the scenario.
        values: What may earn points: returned values, parameters and buffers after the call.
        evidence: What only helps to name a mistake: ``.grad`` after the call, training flags.
        events: The event trace. It explains and is drawn; it never earns points.
        raised: The exception that ended the scenario, or None.
    """

    scenario: str
    values: Mapping[str, Value] = field(default_factory=dict)
    evidence: Mapping[str, Value] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    raised: Raised | None = None

    def __getitem__(self, name: str) -> Value:
        """The value called ``name``; KeyError when the scenario did not get that far."""
        return self.values[name]


WHY_MISSING = {
    Outcome.TIMED_OUT: "it ran longer than it may, and was stopped",
    Outcome.OUT_OF_MEMORY: "it used more memory than it may",
    Outcome.DIED: "the process that ran it ended",
    Outcome.MISSING: "nothing of that name was defined",
    Outcome.INTERNAL_ERROR: "the grader itself failed",
}


@dataclass(frozen=True, slots=True)
class MissingObservation:
    """Stands in place of an observation that never arrived.

    Attributes:
        scenario: Name of the scenario.
        outcome: TIMED_OUT, OUT_OF_MEMORY, DIED, MISSING or INTERNAL_ERROR.
    """

    scenario: str
    outcome: Outcome

    @property
    def reason(self) -> str:
        """The reason in words for the student.

        They depend on the outcome alone: text from the sandbox could carry hidden inputs.
        """
        return WHY_MISSING[self.outcome]


ObservationResult = Observation | MissingObservation
