"""Writes the pages of the reference before Sphinx looks for pages.

What they say is read off the code (commands, names of the library, schemas, attributes, codes) and
the data (policies, questions, zones, sources, weapons, examples). They go to folders under
`docs/reference`, which git ignores. A file is written only where its text changed, so that a second
build has little to do; one that is no longer made is taken away.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

import pages_of_code
import pages_of_commands
import pages_of_data
import pages_of_policies
import pages_of_sources

MAKERS = {
    "api": pages_of_code.api,
    "cli": pages_of_commands.commands,
    "codes": pages_of_code.codes,
    "examples": pages_of_data.examples,
    "policies": pages_of_policies.policies,
    "schemas": pages_of_code.schemas,
    "sources": pages_of_sources.sources,
    "vocabulary": pages_of_data.vocabulary,
    "weapons": pages_of_data.weapons,
    "zones": pages_of_data.zones,
}


def write(app: Sphinx, *_: Any) -> None:
    """Write every folder of made pages."""
    root = Path(app.srcdir) / "reference"
    for folder, make in MAKERS.items():
        pages = make()
        place = root / folder
        place.mkdir(parents=True, exist_ok=True)
        for old in place.iterdir():
            if old.name not in pages:
                old.unlink()
        for name, text in pages.items():
            file = place / name
            if not file.is_file() or file.read_text(encoding="utf-8") != text:
                file.write_text(text, encoding="utf-8")


def share_contents(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Work out the sidebar once for all pages of codes, which stand in it nowhere themselves."""
    if not page.startswith("reference/codes/SR"):
        return
    make, kept = context["toctree"], _KEPT.setdefault(id(app), {})

    def contents(**options: Any) -> str:
        key = tuple(sorted(options.items()))
        if key not in kept:
            kept[key] = make(**options)
        return kept[key]

    context["toctree"] = contents


_KEPT: dict[int, dict[Any, str]] = {}


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", write)
    app.connect("html-page-context", share_contents, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
