"""Pages that nbgrader makes of submissions, opened in a real browser."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import nbformat
import pytest
from nbconvert.exporters.html import HTMLExporter
from nbgrader import server_extensions
from playwright.sync_api import Error

from autograder.course.settings import Course
from autograder.nbgrader_plugins.pages import FEEDBACK_POLICY, FeedbackExporter
from tests.browser import payloads
from tests.browser.conftest import HONEST, HOSTILE, PROJECT, Listener, Watch, cell, hostile_cells

pytestmark = [pytest.mark.browser, pytest.mark.kernel, pytest.mark.slow]
Visit = Callable[..., Watch]
TEMPLATES = Path(server_extensions.__file__).parent / "formgrader" / "templates"
ORDINARY_LINKS = re.compile(r"https?://|mailto:|#|data:image/(png|jpeg|gif|svg[+]xml);base64,")
LOADING = ("href", "src", "action", "data", "srcset", "background", "poster")
# nbconvert shows a drawing as a picture, in which a browser runs and loads nothing.


def stock_page(document: dict[str, Any], exporter: type[HTMLExporter] = HTMLExporter) -> str:
    """The feedback page of a notebook, by nbgrader's template and an exporter."""
    made = exporter(
        template_name="feedback",
        extra_template_basedirs=[str(TEMPLATES)],
        extra_template_paths=[
            str(TEMPLATES.parent / "static/node_modules/bootstrap/dist/css"),
        ],
    )
    facts = {"notebook": "training", "score": 1, "max_score": 2, "late_penalty": 0}
    notebook = nbformat.from_dict(document)
    for one in notebook.cells:
        if "nbgrader" in one.metadata:
            one.metadata.nbgrader |= {"score": 1, "points": 1}
    page, _ = made.from_notebook_node(notebook, {"nbgrader": facts})
    return page


def raw_document(listener: str, *, without: str = "evil[.]svg") -> dict[str, Any]:
    """The hostile cells as they are, with the outputs that they ask for.

    Args:
        listener: Address of what they load.
        without: Forms that match it are left out; by default an attachment that is missing, for
            which nbconvert makes no page at all.
    """
    cells = [one for one in hostile_cells(listener) if not re.search(without, one["source"])]
    forms = [one["source"] for one in cells if one["cell_type"] == "raw"]
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {media: form}}
        for form in forms
        for media in ("text/html", "text/markdown", "image/svg+xml", "text/latex")
    ]
    shown = {**cell("code", "1"), "outputs": outputs}
    return {"cells": [*cells, shown], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def opened(visit: Visit, path: Path, page: str, *, click: bool = True) -> Watch:
    """The page in the browser, after everything was done to it that may happen by accident."""
    path.write_text(page, encoding="utf-8")
    watch = visit(path.as_uri())
    watch.provoke(click=click)
    return watch


def assert_links_are_ordinary(watch: Watch) -> None:
    """No address in the page but web addresses, places in the page, and pictures in it."""
    named = ", ".join(f"#notebook [{name}]" for name in LOADING)
    found = watch.page.eval_on_selector_all(
        named,
        """all => all.map(
            one => one.getAttribute("href") || one.getAttribute("src") || one.outerHTML
        )""",
    )
    assert [one for one in found if not ORDINARY_LINKS.match(one)] == []


def test_an_unsafe_page_trips_the_watch(visit: Visit, listener: Listener, tmp_path: Path) -> None:
    """the forms run on nbgrader's own page, and the watch sees it."""
    before = len(listener.asked)
    # What takes the whole page over would keep the others from being seen.
    loud = r"evil[.]svg|<meta|<base|<form|<!--|CDATA|[?]php|javascript:console"
    document = raw_document(listener.address, without=loud)
    watch = opened(visit, tmp_path / "unsafe.html", stock_page(document), click=False)
    assert watch.flagged
    assert watch.dialogs > 10
    assert {"script", "img", "fence-mermaid", "table"} & watch.tripped
    assert len(watch.page.frames) > 1
    assert any(listener.address in address for address in watch.asked)
    assert len(listener.asked) > before


# What Chromium does not run by itself; kept because another browser, or an older one, might.
DORMANT = {
    "anchor-data",
    "anchor-relative",
    "img-attribute",
    "marquee",
    "math",
    "script-split",
    "script-module",  # a page without an address has no modules
    "mathjax",  # needs MathJax
    "template",
    "form",
    "link-prefetch",
    "style-exfiltration",
    "style-over-all",
    "class-over-all",
    "clobber",
    "closing",
    "table",
    "base",
}


def test_each_form_is_seen(visit: Visit, listener: Listener, tmp_path: Path) -> None:
    """the watch notices every form but those that only change a page's looks, one by one."""
    unseen = set()
    for name, form in payloads.markup(listener.address).items():
        path = tmp_path / f"{name}.html"
        path.write_text(f"<!doctype html><div id=notebook>{form}</div>", encoding="utf-8")
        watch = visit(path.as_uri(), settled=False)
        with suppress(Error):
            watch.provoke()
            watch.page.wait_for_timeout(50)
        if not (watch.tripped or watch.dialogs or watch.asked or len(watch.page.frames) > 1):
            unseen.add(name)
        watch.page.close()
    assert unseen <= DORMANT, unseen - DORMANT


def test_an_autograded_notebook_is_harmless_on_a_stock_page(
    visit: Visit, graded: Course, tmp_path: Path
) -> None:
    """what we write needs no care of whoever shows it: nbgrader's own page runs nothing."""
    path = graded.autograded / HOSTILE / "training" / "training.ipynb"
    watch = opened(visit, tmp_path / "stock.html", stock_page(json.loads(path.read_text())))
    watch.assert_nothing_ran()
    assert_links_are_ordinary(watch)
    assert (
        watch.page.locator("#notebook [id='train_step'], #notebook [name='base_url']").count() == 0
    )


def test_our_page_is_harmless_for_any_notebook(
    visit: Visit, listener: Listener, tmp_path: Path
) -> None:
    """the last cleaning holds by itself, without its content-security policy."""
    page = stock_page(raw_document(listener.address), FeedbackExporter)
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page, count=1)
    assert bare != page
    watch = opened(visit, tmp_path / "ours.html", bare)
    watch.assert_nothing_ran()
    assert_links_are_ordinary(watch)


def test_the_policy_holds_by_itself(visit: Visit, listener: Listener, tmp_path: Path) -> None:
    """a browser neither runs nor loads what nothing has cleaned."""
    before = len(listener.asked)
    # No policy in a page keeps it from being left for another.
    document = raw_document(listener.address, without="evil[.]svg|<meta")
    meta = f'<meta http-equiv="Content-Security-Policy" content="{FEEDBACK_POLICY}">'
    page = stock_page(document).replace("<head>", f"<head>{meta}", 1)
    watch = opened(visit, tmp_path / "policy.html", page, click=False)
    assert not watch.tripped
    assert not watch.dialogs
    assert len(listener.asked) == before


@pytest.mark.parametrize("student", [HOSTILE, HONEST], ids=["hostile", "honest"])
def test_a_feedback_page_runs_nothing(visit: Visit, graded: Course, student: str) -> None:
    """and has the report and the score, whoever handed in."""
    path = graded.feedback / student / "training" / "training.html"
    watch = visit(path.as_uri())
    watch.provoke()
    watch.assert_nothing_ran()
    assert_links_are_ordinary(watch)
    text = watch.page.inner_text("body")
    assert "train_step" in text
    assert "8 / 8 points" in text
    assert watch.page.locator("#notebook .nbgrader_cell").count() == 5


def test_an_honest_answer_stays_readable(visit: Visit, graded: Course) -> None:
    """code, comparisons, mathematics, a table, a link, a picture and a plot are all there."""
    path = graded.feedback / HONEST / "training" / "training.html"
    page = visit(path.as_uri()).page
    written = page.locator(".nbgrader_cell .rendered_html")
    text = written.inner_text()
    for shown in (
        "A list List[int] and List[int], tags <b> and </b>, and a < b > c",
        "$a< b$ and $x_1$",
        "def first(values: list[int]) -> int:",
        'return layers[0](values) if 1 < 2 else "<none>"',
    ):
        assert shown in text
    assert written.locator("b", has_text="bold too").count() == 1
    assert written.locator("table td").count() == 2
    assert written.locator('img[src^="data:image/png"]').count() == 1
    assert written.locator('a[href="https://docs.python.org/3/?a=1&b=2"]').count() == 1
    loss = page.locator(".output_html td", has_text="0.25")
    assert loss.evaluate("one => getComputedStyle(one).color") == "rgb(255, 0, 0)"
    plots = page.locator(".output_png img").evaluate_all("all => all.map(one => one.naturalWidth)")
    assert plots
    assert all(width > 50 for width in plots)


@pytest.fixture(scope="module")
def server(graded: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a Jupyter server in the course's folder, formgrader on it."""
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("w") as file:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
                *("--ServerApp.port=0", "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token="),
                "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}",
            ],
            cwd=graded.root,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        process.wait()


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
        if found:
            return found[0]
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def fetch(address: str) -> Any:
    """What the server says, as JSON."""
    with urlopen(Request(address)) as answer:  # noqa: S310
        return json.load(answer)


@pytest.mark.parametrize("student", [HOSTILE, HONEST], ids=["hostile", "honest"])
def test_formgraders_page_of_a_submission(visit: Visit, server: str, student: str) -> None:
    """it runs nothing of the student's, and a person can grade and comment on it."""
    rows = fetch(f"{server}/formgrader/api/submitted_notebooks/training/training")
    (submission,) = (row["id"] for row in rows if row["student"] == student)
    watch = visit(f"{server}/formgrader/submissions/{submission}/")
    watch.provoke()
    watch.assert_nothing_ran()
    assert_links_are_ordinary(watch)
    page = watch.page
    assert page.locator("#three_calls").input_value() == ""
    page.wait_for_function("() => document.querySelector('#train_step').placeholder === '8'")
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.fill("#three_calls", "1.5")
        page.press("#three_calls", "Tab")
    assert page.locator(".name-shown", has_text="s").count()
    page.locator("span.glyphicon-eye-open").click()
    assert page.locator("a.name-shown").inner_text().strip() == student


def test_formgraders_lists(visit: Visit, server: str) -> None:
    """a student's id is text wherever it stands, in the address too."""
    name = quote(HOSTILE, safe="")
    for path in (
        "manage_assignments",
        "manage_submissions/training",
        "gradebook",
        "gradebook/training",
        "gradebook/training/training",
        "manage_students",
        f"manage_students/{name}",
        f"manage_students/{name}/training",
        "manage_students/%22%3Balert(1)%2F%2F",
        "manage_students/%3C%2Fscript%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    ):
        watch = visit(f"{server}/formgrader/{path}")
        watch.assert_nothing_ran()
        assert not watch.errors, path
        if path in {"manage_students", f"manage_students/{name}"}:
            assert HOSTILE in watch.page.inner_text("body")


def test_files_beside_a_notebook_are_data(server: str, graded: Course) -> None:
    """a page that a student handed in is not one of the server's own."""
    evil = graded.submitted / HONEST / "training" / "evil.html"
    evil.write_text("<script>alert(1)</script>")
    rows = fetch(f"{server}/formgrader/api/submitted_notebooks/training/training")
    (submission,) = (row["id"] for row in rows if row["student"] == HONEST)
    away = f"..%2f..%2f..%2fsubmitted%2f{HONEST}%2ftraining%2fevil.html"
    with urlopen(f"{server}/formgrader/submissions/{submission}/{away}") as answer:  # noqa: S310
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
