"""``release hub``."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.arguments import common_arguments
from autograder.commands.output import DONE
from release.commands.assignments import add_assignments, add_unverified, chosen_assignments

if TYPE_CHECKING:
    from autograder.commands.arguments import Commands

EPILOG = """\
example:
  release hub --all --repository https://git.example.org/pytorch/notebooks \\
      --hub https://hub.example.org

The folder is yours to push. The first time:
  cd workspace/hub && git init --initial-branch main && git add --all
  git commit -m "Notebooks" && git push https://git.example.org/pytorch/notebooks main
"""


def add_hub(commands: "Commands") -> None:
    """Add the command."""
    hub = commands.add_parser(
        "hub",
        help="make the folder and the links with which a JupyterHub opens notebooks",
        description="Put the releases side by side into WORKSPACE/hub/, and print one nbgitpuller "
        "link for each. What has not been built is built. Nothing is sent anywhere.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common_arguments("release")],
    )
    add_assignments(hub)
    hub.add_argument(
        "--repository", required=True, metavar="URL", help="where students' hub clones from"
    )
    hub.add_argument("--hub", required=True, metavar="URL", help="the JupyterHub's address")
    hub.add_argument(
        "--branch", default="main", metavar="NAME", help="of the repository (default: main)"
    )
    hub.add_argument(
        "--force", action="store_true", help="replace what is there and differs from the release"
    )
    add_unverified(hub)
    hub.set_defaults(run=_hub)


def _hub(options: argparse.Namespace) -> int:
    from autograder.course.settings import load_course
    from autograder.terminal.progress import open_progress
    from release.package.hub import write_hub
    from release.package.hub_links import hub_of

    hub = hub_of(options.hub, repository=options.repository, branch=options.branch)
    course = load_course(Path.cwd(), workspace=options.workspace)
    names = chosen_assignments(options, course, to="link")
    with open_progress() as progress:
        links = write_hub(course, names, hub, force=options.force, say=progress.say)
    for link in links.values():
        print(link)
    return DONE
