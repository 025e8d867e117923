"""The command ``release``: the list of its commands. In the operator's process.

Exit codes: 0 the work was done; 1 an assignment is not fit to be released; 2 usage; 3 internal;
130 interrupted.
"""

import argparse
from collections.abc import Sequence

from autograder.cli import run_command
from autograder.output import show_every_letter
from release.commands.build import add_build
from release.commands.hub import add_hub
from release.commands.new import add_new
from release.commands.pack import add_pack
from release.commands.show import add_show
from release.commands.verify import add_verify

EXAMPLES = """\
examples:
  release new evaluation/accuracy        the skeleton of an exercise: its cells and its suite
  release show training/train_step no-zero          one of the known mistakes, as code to run
  release verify training                is every right solution safe, every wrong one caught?
  release build training                 into workspace/release/training/
  release build --all --force            every assignment, in place of earlier releases
  release pack training                  into workspace/packages/: one zip, to be handed out
  release hub --all --repository URL --hub URL      links that open the notebooks on a JupyterHub
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    show_every_letter()
    return run_command(parser().parse_args(arguments))


def parser() -> argparse.ArgumentParser:
    """The arguments of every command."""
    top = argparse.ArgumentParser(
        "release",
        description="Turn source notebooks into what students get.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for add in (add_new, add_show, add_verify, add_build, add_pack, add_hub):
        add(commands)
    return top
