"""Cells show in the sandbox what they show in a stock Jupyter kernel."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.model.limits import Limits
from autograder.model.program import Cell, Program
from autograder.sandbox.sandbox import KernelSandbox

pytestmark = pytest.mark.kernel

# Each runs behind all those above it.
CELLS = r"""
x = 5
%store x
--- magics
%who
--- lines of their own
%env FOO=1
--- a module beside the notebook
%%writefile a_module.py
def three(): return 3
---
import a_module; a_module.three()
---
%load_ext autoreload
%autoreload 2
---
%run a_module.py
---
%%capture kept
print("caught")
---
kept.stdout
---
%%bash
echo out; echo err >&2
---
!ls /nothing
---
found = !echo one two
found
---
import subprocess; subprocess.run("echo from a program", shell=True)
---
import os; os.write(1, b"from a descriptor\n"); os.system("echo from the system")
---
import sys
print("e", file=sys.stderr); print("o"); sys.stderr.write("x")
---
print("one"); display(2); print("three"); 4
---
import logging; logging.warning("careful")
---
import threading
thread = threading.Thread(target=lambda: print("from a thread")); thread.start(); thread.join()
---
from IPython.display import HTML, JSON, Latex, Markdown, clear_output, display
display(HTML("<b>1</b>"), Markdown("x"), JSON({"a": 1}), Latex("$x$"))
---
for i in range(3):
    clear_output(wait=True)
    print(i)
---
shown = display(1, display_id="same"); shown.update(2)
---
class Rich:
    def _repr_html_(self): return "<i>a</i>"
Rich()
---
%config InlineBackend.figure_format = "retina"
import matplotlib.pyplot as plt
plt.plot([1, 2]); plt.show()
---
%config InlineBackend.figure_format = "png"
figure, axes = plt.subplots(); axes.plot([1]); plt.show()
---
_, len(In) > 3, sorted(Out)[:2]
---
import torch; torch.zeros(2)
---
list(range(2000))
---
print(*range(3000))
---
import asyncio
async def seven(): return 7
await seven()
---
coroutine = seven()
asyncio.run(coroutine)
---
coroutine.close()
---
task = asyncio.create_task(seven())
---
await task
---
async with asyncio.Lock(): print("held")
---
input()
---
import getpass; getpass.getpass()
---
raise SystemExit(3)
---
raise KeyboardInterrupt
---
def chained(): raise ValueError("b") from KeyError("k")
chained()
---
raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
---
class Odd(Exception):
    def __str__(self): return "odd" * 2
raise Odd()
---
x =
---
  x = 1
---
%no_such_magic
---
from tqdm.notebook import tqdm
for _ in tqdm(range(3)): pass
---
%xmode Plain
1 / 0
---
%xmode Context
---
from IPython.core.magic import register_line_magic
@register_line_magic
def hey(line): return "hey " + line
%hey you
---
get_ipython().run_cell("print('inner')\n5");
---
sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.writable(), type(sys.stdin).__name__
---
sys.stdout.write(b"bytes")
---
sys.displayhook(3)
---
exec("print(1)\n2")
---
%reset -f
---
x
"""


def test_every_cell_shows_the_same(
    sandbox: KernelSandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is true that outputs, results, errors and pictures are those of ipykernel."""
    # Under pytest, ipykernel leaves descriptors 1 and 2 alone.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    monkeypatch.delenv("MPLBACKEND", raising=False)
    sources = [text.strip("\n") for text in re.split(r"\n---.*\n", CELLS)]
    run = sandbox.run(Program(tuple(map(Cell, sources))), Limits())
    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    stock_kernel = NotebookClient(document, allow_errors=True, kernel_name="python3")
    stock_kernel.execute(cwd=str(tmp_path))
    ours = {s: _shown(o) for s, o in zip(sources, run.outputs, strict=True)}
    stock = {s: _shown(c.outputs) for s, c in zip(sources, document.cells, strict=True)}
    assert ours == stock
    assert (run.problems, run.ended) == ((), None)


def _shown(outputs: Any) -> dict[str, object]:
    """What a student sees of them. Jupyter mixes both streams by chance."""
    shown: dict[str, Any] = {"stdout": "", "stderr": "", "others": []}
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            shown[output["name"]] += _without_chance(output["text"])
        elif kind == "error":
            shown["others"].append((kind, output["ename"], _without_chance(output["evalue"])))
        else:
            text = _without_chance(str(output["data"].get("text/plain")))
            shown["others"].append((kind, sorted(output["data"]), text))
    return shown


def _without_chance(text: str) -> str:
    """Without addresses, names of temporary files, process ids and speeds."""
    return re.sub(r"0x[0-9a-f]+|\d+\.py|ipykernel_\d+|[0-9a-f]{32}|\d+\.\d+it/s|\S*it/s", "#", text)
