"""A sandbox without walls, for code that we wrote ourselves. Trusted side, in this process.

It ships, as other libraries ship their fake transport: tests of everything above the sandbox use
it, and no kernel, zygote or root is needed for them.
"""

import contextlib
import io
import linecache
import sys
import threading
import traceback
from collections.abc import Mapping
from types import CodeType
from typing import Any, ClassVar

from autograder.model.limits import Limits
from autograder.model.observation import ObservationResult
from autograder.model.program import ObservationRequest, Program, Run, cell_digest
from autograder.probe.session import Session, observe_name

_Output = Mapping[str, Any]


class FakeSandbox:
    """Runs a program with plain ``exec``: no Jupyter, no magics, no limits, no confinement."""

    # Random generators and standard output belong to the process: one program at a time.
    _turn: ClassVar[threading.Lock] = threading.Lock()

    def run(self, program: Program, limits: Limits) -> Run:  # noqa: ARG002 - the seam's signature
        """Run the cells in one new namespace, then observe in this process."""
        with self._turn:
            return self._run(program)

    def _run(self, program: Program) -> Run:
        namespace: dict[str, Any] = {"__name__": "__main__"}
        session = Session()
        outputs = []
        for cell in program.cells:
            if cell.opens:
                session.go_back(namespace, cell.opens)
            outputs.append(_execute(cell.source, namespace))
            session.keep(namespace, *cell.closes)
        seen = {r.label: _observe(session, namespace, r) for r in program.requests}
        return Run(outputs=tuple(outputs), seen=seen)


def _execute(source: str, namespace: dict[str, Any]) -> tuple[_Output, ...]:
    printed = io.StringIO()
    outputs: list[_Output] = []
    with contextlib.redirect_stdout(printed):
        try:
            exec(compiled_cell(source), namespace)  # noqa: S102 - trusted code only
        except (Exception, SystemExit):  # noqa: BLE001 - around a cell, as a kernel does it
            kind, error, _ = sys.exc_info()
            outputs.append(
                {
                    "output_type": "error",
                    "ename": kind.__name__ if kind else "",
                    "evalue": str(error),
                    "traceback": traceback.format_exc().splitlines(),
                }
            )
    if printed.getvalue():
        outputs.insert(0, {"output_type": "stream", "name": "stdout", "text": printed.getvalue()})
    return tuple(outputs)


def compiled_cell(source: str) -> CodeType:
    """The cell's code, with its lines kept for tracebacks, as Jupyter keeps them."""
    name = f"<cell {cell_digest(source)}>"
    lines = [f"{line}\n" for line in source.splitlines()]
    linecache.cache[name] = len(source), None, lines, name
    return compile(source, name, "exec")


def _observe(
    session: Session, namespace: dict[str, Any], request: ObservationRequest
) -> dict[str, ObservationResult]:
    # The functions' own globals, so it has to be this very dictionary; put back afterwards.
    final = dict(namespace)
    session.prepare(namespace, request)
    try:
        return {s.name: observe_name(namespace, request.exercise, s) for s in request.scenarios}
    finally:
        namespace.clear()
        namespace.update(final)
