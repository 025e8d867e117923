"""One hostile submission beside an honest one, graded by the real command; a browser; a server."""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from autograder.course.settings import Course, load_course
from tests.browser import payloads

PROJECT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
HOSTILE = "s\"'><img src=x: onerror=alert(1)>;alert(2)"
HONEST = "s002"
MATHJAX = "https://cdnjs.cloudflare.com/"


class Listener(ThreadingHTTPServer):
    """Remembers what it is asked for, which should be nothing."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Where it listens, with a slash behind."""
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Listener)
        self.server.asked.append(self.path)
        self.send_response(404)
        self.end_headers()

    def log_message(self, *_given: Any) -> None:
        """Say nothing."""


@dataclass(slots=True)
class Watch:
    """What a page did, as far as a submission could have made it do so."""

    page: Page
    tripped: set[str] = field(default_factory=set)
    dialogs: int = 0
    asked: list[str] = field(default_factory=list)
    #: Errors that the page's own scripts raise.
    errors: list[str] = field(default_factory=list)

    @property
    def flagged(self) -> bool:
        """Whether a script has left its mark in any window."""
        return any(frame.evaluate("() => 'tripped' in self") for frame in self.page.frames)

    def provoke(self, *, click: bool = True) -> None:
        """Do to each element of the notebook what a person could do by accident."""
        self.page.evaluate(
            """(click) => {
                for (const one of document.querySelectorAll("#notebook *")) {
                    for (const kind of ["mouseover", "mouseenter", "focus", "click"]) {
                        const leaves = one.closest("a[href^=http],a[href^=mailto],a[href^='#']");
                        const grades = one.closest(".nbgrader_cell .btn");
                        if (kind !== "click" || click && !(leaves || grades)) {
                            one.dispatchEvent(new MouseEvent(kind, {bubbles: true}));
                        }
                    }
                }
            }""",
            click,
        )

    def assert_nothing_ran(self) -> None:
        """No script, no flag, no dialog, no frame, nothing asked of anybody."""
        assert not self.tripped
        assert not self.flagged
        assert not self.dialogs
        assert len(self.page.frames) == 1
        assert not self.asked


@pytest.fixture(scope="session")
def listener() -> Iterator[Listener]:
    """Give a server that nothing should ask."""
    server = Listener()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give Debian's Chromium, without a window."""
    program = shutil.which("chromium")
    assert program, "Chromium is missing; .ci/system-packages installs it"
    with sync_playwright() as playwright:
        # Chromium's own sandbox refuses to run as root, and the pages are ours.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Watch]]:
    """Give a function that opens an address and waits until the page has settled."""
    context = browser.new_context(viewport={"width": 1100, "height": 900})

    def opened(address: str, *, settled: bool = True) -> Watch:
        page = context.new_page()
        watch = Watch(page)
        own = address.partition("?")[0].rpartition("/")[0].partition("/formgrader")[0]

        def asks(request: Request) -> None:
            allowed = (own, MATHJAX, "data:", "about:")
            # Bootstrap's letters stand beside no page; the policy has refused them already.
            bootstraps = "/glyphicons-halflings-" in request.url
            if not request.url.startswith(allowed) and not bootstraps:
                watch.asked.append(request.url)

        def says(message: Any) -> None:
            # A policy that refuses a script quotes it, as an error.
            if message.type == "log":
                watch.tripped |= set(re.findall(r"tripped-([\w-]+)", message.text))

        def asks_back(dialog: Any) -> None:
            watch.dialogs += 1
            dialog.dismiss()

        page.on("request", asks)
        page.on("console", says)
        page.on("dialog", asks_back)
        page.on("pageerror", lambda error: watch.errors.append(str(error)))
        # No test depends on another machine.
        page.route(f"{MATHJAX}**", lambda route: route.abort())
        page.goto(address, wait_until="load")
        if settled:
            page.wait_for_load_state("networkidle")
        return watch

    yield opened
    context.close()


def cell(kind: str, source: str, **more: Any) -> dict[str, Any]:
    """A cell of the student's own."""
    made = {"cell_type": kind, "id": secrets.token_hex(4), "metadata": {}, "source": source, **more}
    return made | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def hostile_cells(listener: str) -> list[dict[str, Any]]:
    """A cell for each form."""
    evil = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    attached = {
        "pixel.png": {"image/png": payloads.PIXEL},
        "evil.svg": {"image/svg+xml": evil},
        '"onerror="alert(1)': {"image/png": payloads.PIXEL},
    }
    forms = payloads.markdown(listener).values()
    metadata = {"tags": ['"><img src=x: onerror=alert(1)>'], "alt": '"onerror="alert(1)'}
    return [
        *(cell("markdown", text, attachments=attached) for text in forms),
        *(cell("raw", text) for text in payloads.markup(listener).values()),
        cell("code", payloads.outputs(listener), metadata=metadata),
        cell("code", payloads.error(listener)),
        cell("code", f"%%html\n{payloads.markup(listener)['img']}"),
    ]


def solved() -> dict[str, Any]:
    """The instructor's notebook, every solution in it."""
    path = PROJECT / "assignments" / "training" / "training.ipynb"
    document: dict[str, Any] = json.loads(path.read_bytes())
    return document


def answer(document: dict[str, Any], text: str) -> None:
    """Write an answer, with a picture, into the cell that a person grades."""
    for one in document["cells"]:
        if one["metadata"].get("nbgrader", {}).get("grade_id") == "three_calls":
            one |= {"source": text, "attachments": {"pixel.png": {"image/png": payloads.PIXEL}}}


@pytest.fixture(scope="session")
def hostile(listener: Listener) -> dict[str, Any]:
    """Give the hostile notebook as it is handed in."""
    document = solved()
    answer(document, "\n\n".join(payloads.markdown(listener.address).values())[:49_000])
    document["cells"] += hostile_cells(listener.address)
    name = '"><img src=x: onerror=alert(1)>'
    document["metadata"] = {
        "kernelspec": {"display_name": name, "language": name, "name": name},
        "language_info": {"name": name, "pygments_lexer": name},
        "title": "</title><script>alert(1)</script>",
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {}}},
    }
    return document


def run_command(course: Course, *arguments: str) -> str:
    """What a command says; it must succeed."""
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        arguments, cwd=course.root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory, hostile: dict[str, Any]) -> Course:
    """Give a course with both submissions, graded by the command, with feedback."""
    root = tmp_path_factory.mktemp("pages")
    for name in ("course_config.py", "nbgrader_config.py"):
        shutil.copy(PROJECT / name, root)
    shutil.copytree(PROJECT / "assignments" / "training", root / "assignments" / "training")
    course = load_course(root)
    honest = solved()
    answer(honest, payloads.ANSWER)
    honest["cells"].append(cell("code", payloads.TABLE))
    for student, document in ((HOSTILE, hostile), (HONEST, honest)):
        path = course.submitted / student / "training" / "training.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(document), encoding="utf-8")
    run_command(course, sys.executable, "-m", "autograder", "grade", "training")
    run_command(course, "nbgrader", "generate_feedback", "training")
    return course
