"""Makes nbgrader's formgrader safe to open on strangers' notebooks; in the Jupyter server.

nbgrader_config.py calls :func:`harden`, and nbgrader reads that file before formgrader has made
its templates and its exporter: neither can be set, so they are replaced where it looks for them.
"""

from functools import partial
from typing import Any

from nbgrader.server_extensions.formgrader import formgrader, handlers

from autograder.nbgrader_plugins.pages import FormgradeExporter


def harden() -> None:
    """Replace what formgrader shows student's words with; done twice, it does no more.

    Its lists and headings write names, such as a student's id out of the address, into pages and
    scripts as they are: they are escaped from now on. Its page of a submission is ours. And files
    beside a notebook are served as data that no browser runs as this server's own pages.
    """
    formgrader.Environment = partial(formgrader.Environment, autoescape=True)
    formgrader.HTMLExporter = FormgradeExporter
    handlers.SubmissionFilesHandler.set_extra_headers = _as_data


def _as_data(handler: Any, _path: str) -> None:
    handler.set_header("Content-Security-Policy", "sandbox; default-src 'none'")
    handler.set_header("X-Content-Type-Options", "nosniff")
