"""Links with which a JupyterHub fetches an assignment and opens it: nbgitpuller's. Trusted side.

*Source:* nbgitpuller, ``docs/topic/url-options.rst`` and ``nbgitpuller/handlers.py``: the folder is
called as the last part of the repository's address, as it is written there, or as ``targetpath``
says; ``branch`` has to be given, for its default is ``master``.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from autograder.course.urls import web_address
from autograder.errors import UsageError

# No name that git-check-ref-format(1) forbids.
_BRANCH = re.compile(
    r"(?![-/.])(?!.*(?:\.\.|//|@\{|\.lock(?:/|$)))[^\x00-\x20\x7f~^:?*\[\\]+(?<![/.])"
)


@dataclass(frozen=True, slots=True)
class Hub:
    """Where students work, and where their hub finds the notebooks.

    Attributes:
        address: The hub's, without slashes at its end.
        repository: The address that git clones from.
        branch: Of the repository.
        folder: What the repository is called in a student's home.
    """

    address: str
    repository: str
    branch: str
    folder: str

    def link(self, path: str) -> str:
        """What opens one file.

        Args:
            path: In the repository, such as ``training/training.ipynb``.
        """
        opened = f"lab/tree/{quote(self.folder, safe='')}/{quote(path)}?autodecode"
        query = (
            f"repo={quote(self.repository, safe='')}&branch={quote(self.branch, safe='')}"
            f"&urlpath={quote(opened)}"
        )
        if self.folder != self.repository.rpartition("/")[2]:
            query += f"&targetpath={quote(self.folder, safe='')}"
        return f"{self.address}/hub/user-redirect/git-pull?{query}"


def hub_of(address: str, *, repository: str, branch: str) -> Hub:
    """The hub, as an operator described it.

    Raises:
        UsageError: An address is none, or the branch is no name that git allows.
    """
    home = web_address(address, "--hub")
    if "hub" in urlsplit(home).path.split("/"):
        raise UsageError(f"--hub is {address!r}: give only the address before /hub.")
    cloned = web_address(repository, "--repository")
    folder = unquote(urlsplit(cloned).path.rpartition("/")[2]).removesuffix(".git")
    if not folder.isprintable() or "/" in folder or folder.strip(". ") == "":
        raise UsageError(
            f"--repository is {repository!r}: an address that git can clone ends with a name, such "
            "as https://git.example.org/course/notebooks."
        )
    if not _BRANCH.fullmatch(branch):
        raise UsageError(f"--branch is {branch!r}, which is no name that git allows.")
    return Hub(home, cloned, branch, folder)
