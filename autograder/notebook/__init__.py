"""Notebooks: reading what was handed in, merging it with the source, writing the graded one.

On the trusted side. Submitted files are read as hostile bytes, and what comes back from the
sandbox is shown, never believed: points come from the judge alone.
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

_GRAMMAR = "rfc3987_syntax"


def _import_jsonschema() -> None:
    """Import jsonschema, and have the grammar that it checks IRIs with built when one is checked.

    Every process that reads a notebook imports jsonschema, no notebook's schema asks for IRIs, and
    the grammar takes 1.2 s. Whoever shares the process finds everything as it would be without us.
    """
    if "jsonschema" in sys.modules or _GRAMMAR in sys.modules or find_spec(_GRAMMAR) is None:
        return
    later = ModuleType(_GRAMMAR)
    vars(later)["is_valid_syntax"] = lambda *given: import_module(_GRAMMAR).is_valid_syntax(*given)
    sys.modules[_GRAMMAR] = later
    try:
        import_module("jsonschema")
    finally:
        del sys.modules[_GRAMMAR]


_import_jsonschema()
