"""What makes ``nbgrader autograde``, and formgrader's button, grade as ``autograder grade`` does.

course_config.py names these classes in nbgrader's own settings. They run in the process of the
nbgrader command or of the Jupyter server, and let nothing of a submission near nbgrader: it is
read, merged, run in the sandbox and judged on our side, and recorded in one transaction. What
cannot be graded gets no point, and none of its code is run.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbgrader.converters.autograde import Autograde
from nbgrader.converters.base import NbGraderException, NotebookExporter
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import reads
from nbgrader.preprocessors.base import NbGraderPreprocessor

from autograder.course.permissions import exposed
from autograder.course.settings import Course, course_of
from autograder.course.workspace import (
    TIMESTAMP_NAME,
    SubmissionFolder,
    SubmittedFile,
    locked_workspace,
)
from autograder.errors import AutograderError
from autograder.gradebook.book import Gradebook, Record, parsed_timestamp, scores_of
from autograder.grading.preparation import load_source
from autograder.model.cells import Role
from autograder.nbgrader_plugins.service import SERVICE
from autograder.notebook.autograded import autograded_notebook
from autograder.notebook.merged import blank, merge
from autograder.notebook.source import SourceNotebook
from autograder.notebook.submitted import UnreadableError, read_notebook

NOT_GRADED = "not graded: the grading of this cell was broken off"


class SubmissionExporter(NotebookExporter):  # type: ignore[misc]
    """Reads each submission as hostile bytes, in place of nbformat; ``Autograde.exporter_class``.

    Attributes:
        course: The course as the command that runs has it.
        submitted: The submission that is being converted.
    """

    course: Course
    submitted: SubmittedFile

    def __init__(self, **given: Any) -> None:
        """Refuse, before any submission is touched, what cannot be graded at all.

        Raises:
            NbGraderException: This machine cannot confine student code, or another thing is
                missing; the sentence that says which is in the log.
        """
        super().__init__(**given)
        if not isinstance(self.parent, Autograde):
            return
        with self.refusing():
            folders = self.parent.coursedir
            self.course = _course(folders, self.config)
            # Another run holds it: say so before --force has removed anything.
            with locked_workspace(self.course):
                for sentence in exposed(self.course):
                    self.log.warning("%s", sentence)
                self.log.info("Starting the sandbox for %s", folders.assignment_id)
                source = SERVICE.open(self.course, folders.assignment_id).worker_setup.source
            Gradebook(self.course, source).close()
            self.parent.coursedir = HostileFolders.like(folders)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Say a refusal of ours in one line of the log, and let nbgrader know of it."""
        try:
            yield
        except AutograderError as error:
            # A refusal is one sentence; --debug shows the traceback.
            self.log.error("%s", error)  # noqa: TRY400
            raise NbGraderException(str(error)) from error

    def from_filename(
        self, filename: str, resources: Any = None, **given: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert a submission, or what has been made of it so far."""
        facts = resources["nbgrader"]
        folders, folder = self.parent.coursedir, Path(filename).parent
        made = (folders.autograded_directory, facts["student"], facts["assignment"])
        if folder == Path(folders.format_path(*made)):
            return super().from_filename(filename, resources=resources, **given)  # type: ignore[no-any-return]
        self.submitted = SubmissionFolder(facts["student"], folder).read(facts["assignment"])
        resources["metadata"] = {"name": facts["notebook"], "path": str(folder)}
        nothing = reads('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', 4)
        return self.from_notebook_node(nothing, resources, **given)  # type: ignore[no-any-return]


class HostileFolders(CourseDirectory):  # type: ignore[misc]
    """The course's folders, for a converter that may neither copy nor follow what students sent.

    nbgrader copies every file of a submission, links included, to where feedback is made from.
    """

    @classmethod
    def like(cls, other: Any) -> "HostileFolders":
        """The same folders, and the same options of the command line."""
        given = {name: getattr(other, name) for name in other.trait_names(config=True)}
        return cls(config=other.config, **{**given, "ignore": ["*"]})

    def get_existing_timestamp(self, dest_path: str) -> dt.datetime | None:
        """When it was handed in; None where timestamp.txt is missing, strange, or a link."""
        folder = SubmissionFolder("", Path(dest_path))
        return parsed_timestamp(folder.timestamp())


class Frame(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts the student's text into the source notebook; ``Autograde.sanitize_preprocessors``.

    Every graded cell says that it was not graded: nbgrader would take an empty one as right.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:  # noqa: ARG002
        """The submission, with none of its outputs and with all cells that belong there."""
        source = load_source(self.parent.course, resources["nbgrader"]["assignment"])
        return unjudged(source, self.parent.submitted), resources


class Judge(NbGraderPreprocessor):  # type: ignore[misc]
    """Runs, judges and records the submission; ``Autograde.autograde_preprocessors``."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:  # noqa: ARG002
        """The autograded notebook: outputs, and in each graded cell points and report."""
        course, submitted = self.parent.course, self.parent.submitted
        assignment = resources["nbgrader"]["assignment"]
        with self.parent.refusing(), locked_workspace(course):
            graded = SERVICE.grade(course, assignment, submitted)
            with Gradebook(course, load_source(course, assignment)) as book:
                scores = scores_of(graded.result)
                book.record(
                    Record(submitted.student, scores, graded.unanswered, submitted.timestamp)
                )
        for sentence in (*graded.result.problems, graded.fault.strip().rpartition("\n")[2]):
            if sentence:
                self.log.warning("%s: %r", submitted.student, sentence)
        if parsed_timestamp(submitted.timestamp):
            resources["outputs"] = {TIMESTAMP_NAME: submitted.timestamp.encode()}
        return reads(graded.notebook, 4), resources


def unjudged(source: SourceNotebook, submitted: SubmittedFile) -> Any:
    """The notebook before it is graded: an error in each graded cell, which means no points."""
    try:
        submission = merge(read_notebook(submitted.content), source)
    except UnreadableError:
        submission = blank(source)
    text = autograded_notebook(submission, source, outputs=(), exercises=(), problems=())
    notebook = reads(text, 4)
    graded = {name for name, cell in source.named.items() if cell.role is Role.GRADE}
    error = {"output_type": "error", "ename": "NotGraded", "evalue": NOT_GRADED, "traceback": []}
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in graded:
            cell.outputs = [type(notebook)(error)]
    return notebook


def _course(folders: Any, config: Any) -> Course:
    """The settings of the command that runs, where it may have been given others."""
    course = course_of(Path(folders.root), config)
    return replace(course, db_url=folders.db_url, course_id=folders.course_id)
