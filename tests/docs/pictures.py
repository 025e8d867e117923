"""The README's pictures: ``python -m tests.docs.pictures`` takes them again, in Chromium.

One made-up submission of ``training`` in which ``train_step`` forgets ``zero_grad``.
"""

import json
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert.exporters.html import HTMLExporter
from playwright.sync_api import Browser, sync_playwright

from autograder.course.settings import load_course
from release.demo import make_course
from release.show import show
from tests.docs.reference import PROJECT
from tests.docs.test_walks import type_in

PICTURES = PROJECT / "docs" / "pictures"
EXERCISE, MISTAKE = "train_step", "no-zero"
STUDENT = "s001"


def main() -> None:
    """Make the submission, grade it, and photograph what its author sees."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        program = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        root = make_course(Path(folder, "course"))
        course = load_course(root)
        type_in(root, "release build training --unverified")
        released = course.workspace / "release" / "training" / "training.ipynb"
        document = json.loads(released.read_text(encoding="utf-8"))
        (solution,) = (cell for cell in document["cells"] if cell["id"] == f"{EXERCISE}-solution")
        # Without its name and hint, which are comments.
        cell = show(f"training/{EXERCISE}", MISTAKE)
        solution["source"] = cell[cell.index("def ") :].rstrip()
        photograph_check(browser, document, released.parent)
        handed_in = course.submitted / STUDENT / "training" / "training.ipynb"
        handed_in.parent.mkdir(parents=True)
        handed_in.write_text(json.dumps(document), encoding="utf-8")
        type_in(root, "autograder grade training")
        type_in(root, "nbgrader generate_feedback training")
        photograph_feedback(browser, course.workspace / "feedback" / STUDENT / "training")


def photograph_check(browser: Browser, document: dict[str, object], folder: Path) -> None:
    """The solution and what ``check`` says of it, as a notebook shows them."""
    notebook = nbformat.reads(json.dumps(document), as_version=4)
    NotebookClient(notebook, allow_errors=True, resources={"metadata": {"path": folder}}).execute()
    notebook.cells = [cell for cell in notebook.cells if cell["id"].startswith(EXERCISE)]
    notebook.cells = [cell for cell in notebook.cells if cell["cell_type"] == "code"]
    page = folder / "check.html"
    text, _ = HTMLExporter().from_notebook_node(notebook)  # type: ignore[no-untyped-call]
    page.write_text(text, encoding="utf-8")
    shot = browser.new_page(viewport={"width": 900, "height": 600}, device_scale_factor=2)
    shot.goto(page.as_uri())
    shot.locator("main").screenshot(path=PICTURES / "check.png")


def photograph_feedback(browser: Browser, folder: Path) -> None:
    """The report of the exercise on the feedback page."""
    shot = browser.new_page(viewport={"width": 900, "height": 900}, device_scale_factor=2)
    shot.goto((folder / "training.html").as_uri())
    report = shot.locator(".output_area, .jp-OutputArea").filter(has_text=MISTAKE).first
    report.screenshot(path=PICTURES / "feedback.png")


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    main()
