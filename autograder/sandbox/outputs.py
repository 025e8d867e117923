"""Collects what cells show and makes it harmless to store: known shapes, plain text, bounded depth.

Trusted side. Every output is written by student code: nothing about its shape can be relied on.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

_STREAMS = ("stdout", "stderr")
_LEVELS = 20


class Outputs:
    """The outputs of a notebook's cells, as nbformat dicts, while they come.

    *Source:* jupyter_client's documentation, "Messaging in Jupyter": ``clear_output`` and
    ``update_display_data``.
    """

    def __init__(self) -> None:
        self._of_cells: list[list[dict[str, Any]]] = []
        self._shown: dict[str, list[dict[str, Any]]] = {}
        self._clear_first = False

    def begin_cell(self) -> None:
        """What comes from now on belongs to the next cell."""
        self._of_cells.append([])
        self._clear_first = False

    def clear(self, *, wait: bool) -> None:
        """Remove what the cell has shown: now, or when it shows something else."""
        self._clear_first = wait
        if not wait:
            self._of_cells[-1].clear()

    def add(self, record: Mapping[str, Any]) -> None:
        """Add an output, or change what was shown under the same ``display_id``."""
        transient = record.get("transient")
        name = transient.get("display_id") if isinstance(transient, Mapping) else None
        if record.get("output_type") == "update_display_data":
            if isinstance(name, str):
                changed = {"data": record.get("data"), "metadata": record.get("metadata")}
                for shown in self._shown.get(name, ()):
                    shown.update(changed)
            return
        if self._clear_first:
            self.clear(wait=False)
        output = {**record}
        if isinstance(name, str):
            self._shown.setdefault(name, []).append(output)
        self._of_cells[-1].append(output)

    def of_cells(self, count: int) -> tuple[tuple[dict[str, Any], ...], ...]:
        """For each of ``count`` cells its outputs, harmless; none for one that never began."""
        begun = tuple(plain_outputs(outputs) for outputs in self._of_cells)
        return begun + ((),) * (count - len(begun))


def plain_outputs(outputs: Iterable[Any]) -> tuple[dict[str, Any], ...]:
    """The outputs as fresh nbformat dicts; streams are joined, what fits no shape is left out."""
    plain: list[dict[str, Any]] = []
    for output in outputs:
        found = _plain_output(output)
        if found is None:
            continue
        previous = plain[-1] if plain else None
        if previous and _is_stream(found) and previous.get("name") == found["name"]:
            previous["text"].append(found["text"])
        elif _is_stream(found):
            plain.append({**found, "text": [found["text"]]})
        else:
            plain.append(found)
    for output in plain:
        if _is_stream(output):
            output["text"] = "".join(output["text"])
    return tuple(plain)


def _is_stream(output: Mapping[str, Any]) -> bool:
    return bool(output["output_type"] == "stream")


def _plain_output(output: Any) -> dict[str, Any] | None:
    if not isinstance(output, Mapping):
        return None
    kind = output.get("output_type")
    if kind == "stream" and output.get("name") in _STREAMS:
        return {"output_type": kind, "name": output["name"], "text": _text(output.get("text"))}
    if kind == "error":
        trace = output.get("traceback")
        lines = [_text(line) for line in trace] if isinstance(trace, list) else []
        names = {name: _text(output.get(name)) for name in ("ename", "evalue")}
        return {"output_type": kind, **names, "traceback": lines}
    if kind in ("display_data", "execute_result"):
        shown = {
            "output_type": kind,
            "data": _bundle(output.get("data")),
            "metadata": _bundle(output.get("metadata")),
        }
        if kind == "execute_result":
            count = output.get("execution_count")
            shown["execution_count"] = count if type(count) is int and count >= 0 else None
        return shown
    return None


def _bundle(bundle: Any) -> dict[str, Any]:
    if not isinstance(bundle, Mapping):
        return {}
    return {_text(key): _json(value, _LEVELS) for key, value in bundle.items()}


def _json(value: Any, levels: int) -> Any:
    """JSON with bounded depth and without surrogates or numbers that JSON cannot hold."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list) and levels:
        return [_json(item, levels - 1) for item in value]
    if isinstance(value, Mapping) and levels:
        return {_text(key): _json(item, levels - 1) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | float):
        try:
            json.dumps(value, allow_nan=False)
        except ValueError:
            return None
        return value
    return None


def _text(value: Any) -> str:
    """The string without lone surrogates, which no file can hold."""
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", errors="replace").decode("utf-8")
