"""A package on a machine that has nothing of ours: the README's two commands, and a real browser.

The one test that installs what a student installs: some minutes, and a gigabyte in a temporary
folder.
"""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PROJECT

pytestmark = [pytest.mark.browser, pytest.mark.kernel, pytest.mark.slow]

TOKEN = "a-token-of-the-tests"
PATIENCE_MS = 120_000
WRONG = """\
def squared_mean_grad(values):
    x = values.clone().requires_grad_()
    (x**2).sum().backward()
    return x, x.grad
"""
RIGHT = WRONG.replace("sum", "mean")
SUBMIT = "from autograder import submit; submit()"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of ``autograd``, made by the command and unpacked elsewhere."""
    workspace = tmp_path_factory.mktemp("workspace")
    words = ["release", "pack", "autograd", "--unverified", "--workspace", str(workspace)]
    command = [sys.executable, "-m", *words]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    home = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(done.stdout.strip()) as archive:
        archive.extractall(home)
    (folder,) = home.iterdir()
    return folder


def environment(home: Path) -> dict[str, str]:
    """A student's: nothing of ours, and a home of its own."""
    kept = ("LANG", "PATH", "TMPDIR")
    return {"HOME": str(home), **{name: os.environ[name] for name in kept if name in os.environ}}


def commands(folder: Path) -> list[str]:
    """The two commands that the README gives for Linux."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    section = text.partition("## Linux and macOS\n")[2].partition("##")[0]
    return re.findall(r"^    (.+)$", section, re.MULTILINE)


@pytest.fixture(scope="module")
def lab(folder: Path) -> Iterator[str]:
    """The address of the JupyterLab that the two commands have brought up."""
    install, start = commands(folder)
    # pip finds packages, and what it has loaded before, as it does on this machine. It need not
    # compile the many modules that nobody imports here; pip's manual asks for a 0 to say so.
    done = subprocess.run(
        ["bash", "-c", install],
        cwd=folder,
        env=os.environ | {"PIP_NO_COMPILE": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = f"--no-browser --ip=127.0.0.1 --port={port} --IdentityProvider.token={TOKEN}"
    rooted = " --allow-root" if os.geteuid() == 0 else ""
    with subprocess.Popen(
        ["bash", "-c", f"exec {start} {options}{rooted}"],
        cwd=folder,
        env=environment(folder.parent),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stderr is not None
        said = []
        for line in running.stderr:
            said.append(line)
            if "is running at" in line:
                break
        else:
            pytest.fail("".join(said))
        # It says more, and must not wait for a reader.
        threading.Thread(target=running.stderr.read, daemon=True).start()
        yield f"http://127.0.0.1:{port}/lab/tree/autograd.ipynb?token={TOKEN}"
        running.terminate()
        running.wait(timeout=60)


@pytest.fixture
def page(browser: Browser, lab: str) -> Iterator[Page]:
    """The notebook, open in JupyterLab."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(lab)
    # JupyterLab asks whether it may show its news, over what we want to see.
    refusal = page.locator(".jp-toast-button[title=No]")
    page.add_locator_handler(refusal, lambda button: button.click())
    # What is run before the kernel is there is never run.
    kernel = page.locator(".jp-StatusBar-TextItem", has_text="Python 3 (ipykernel) | Idle")
    expect(kernel).to_be_visible(timeout=PATIENCE_MS)
    yield page
    context.close()


def cell_with(page: Page, text: str) -> Locator:
    """The code cell that shows this text."""
    return page.locator(".jp-CodeCell", has=page.locator(".cm-content", has_text=text)).first


def enter(cell: Locator) -> None:
    """Put the cursor into a cell."""
    cell.scroll_into_view_if_needed()
    cell.locator(".cm-content").click()
    expect(cell.locator(".cm-editor.cm-focused")).to_be_visible()


def run_cell(page: Page, cell: Locator) -> None:
    """Run a cell and stay in it, as Ctrl+Enter does; back when it has been run."""
    enter(cell)
    page.keyboard.press("Control+Enter")
    expect(cell.locator(".jp-InputPrompt")).to_have_text(
        re.compile(r"\[\d+\]:"), timeout=PATIENCE_MS
    )


def write(page: Page, cell: Locator, text: str) -> None:
    """Replace a cell's text as a person would."""
    enter(cell)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def test_a_package_works_on_a_fresh_machine(folder: Path, page: Page, tmp_path: Path) -> None:
    """It is true that a student installs, starts, is told the mistake, mends it and hands in."""
    run_cell(page, cell_with(page, "from autograder import check"))
    solution = cell_with(page, "def squared_mean_grad")
    checking = cell_with(page, "check(squared_mean_grad)")

    write(page, solution, WRONG)
    run_cell(page, cell_with(page, "def squared_mean_grad"))
    run_cell(page, checking)
    shown = checking.locator(".jp-OutputArea-output")
    expect(shown).to_contain_text("squared_mean_grad: 1 of 5 checks passed", timeout=PATIENCE_MS)
    expect(shown).to_contain_text("sum-for-mean")
    expect(shown).to_contain_text("This gradient is 12 times too large")
    page.screenshot(path=tmp_path / "wrong.png")

    write(page, cell_with(page, "def squared_mean_grad"), RIGHT)
    run_cell(page, cell_with(page, "def squared_mean_grad"))
    run_cell(page, checking)
    expect(shown).to_contain_text("squared_mean_grad: 5 of 5 checks passed", timeout=PATIENCE_MS)
    expect(shown).not_to_contain_text("sum-for-mean")
    page.screenshot(path=tmp_path / "right.png")
    _hand_in(folder, page)


def _hand_in(folder: Path, page: Page) -> None:
    """From a cell of the student's own, once the notebook has been saved."""
    for key in ("Escape", "b", "Enter"):
        page.keyboard.press(key)
    page.keyboard.insert_text(SUBMIT)
    page.keyboard.press("Control+S")
    # The tab's mark for unsaved changes goes.
    expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0, timeout=PATIENCE_MS)
    handing = cell_with(page, SUBMIT)
    run_cell(page, handing)
    page.screenshot(path=folder.parent / "handed-in.png")
    said = handing.locator(".jp-OutputArea-output")
    expect(said.last).to_contain_text("This is the file to upload", timeout=PATIENCE_MS)
    expect(said.last).to_contain_text("squared_mean_grad: 5 of 5 public checks passed")
    with zipfile.ZipFile(folder / "autograd-handin.zip") as archive:
        receipt = json.loads(archive.read("receipt.json"))
        assert RIGHT.splitlines()[2] in archive.read("autograd.ipynb").decode()
    assert receipt["self_check"]["squared_mean_grad"] == {"passed": 5, "total": 5}
