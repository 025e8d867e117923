"""The one contract that import-linter does not ship; read by ``make check``."""

import sys
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class StandardLibraryOnly(Contract):
    """Holds while the packages import themselves and the standard library, nothing else."""

    type_name = "standard_library_only"
    packages = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001
        """Look at every direct import of every module in the packages."""
        packages = cast("list[str]", self.packages)  # import-linter puts the value in its place
        strays = [
            (importer, imported)
            for package in packages
            for importer in sorted({package, *graph.find_descendants(package)})
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not f"{imported}.".startswith(f"{package}.")
            and imported.partition(".")[0] not in sys.stdlib_module_names
        ]
        return ContractCheck(kept=not strays, metadata={"strays": strays})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each stray import."""
        for importer, imported in check.metadata["strays"]:
            output.print_error(f"{importer} imports {imported}, which is not standard library.")
