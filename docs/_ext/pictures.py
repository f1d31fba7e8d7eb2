"""Pictures that the build makes by running the commands that readers would run.

    ```{picture} map examples/air-base.yaml
    What it shows.
    ```

runs `strikerules map examples/air-base.yaml --output FILE.png` in the project's folder and shows
the file with the command and the words under it. A command that fails is a warning, and so fails
the build. While the command does not exist, the page says what will be shown.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parents[2]
MADE = "_pictures"

logger = logging.getLogger(__name__)


def exists(command: str) -> bool:
    """Return whether the command line has a command."""
    from strikerules.cli.main import COMMANDS

    return command in COMMANDS


@cache
def newest() -> float:
    """Return when what pictures are made from was last changed."""
    return max(
        path.stat().st_mtime
        for name in ("src", "rules", "geodata", "seeds", "examples")
        for path in (ROOT / name).rglob("*")
        if path.suffix != ".pyc" and path.name != "__pycache__"
    )


def option_of(words: list[str]) -> str:
    """Return the option that says where a command puts its picture."""
    return "--map" if words[0] == "diff" else "--output"


def make(words: list[str], file: Path) -> str | None:
    """Make a picture unless it is newer than all that it is made from; return what went wrong."""
    if file.is_file() and file.stat().st_mtime > newest():
        return None
    file.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "strikerules", *words, option_of(words), str(file)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 2 and file.is_file():
        return None
    return done.stderr.strip() or f"exit status {done.returncode}, and no picture"


class Shown(SphinxDirective):
    """A picture, the command that makes it, and what it shows."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        command = " ".join(self.arguments[0].split())
        words = shlex.split(command)
        what = self.parse_content_to_nodes()
        shown = f"$ strikerules {command} {option_of(words)} map.png"
        line = nodes.literal_block(shown, shown, language="console")
        if not self._can(words):
            said = (
                "Not in this version yet: when the command is there, the build makes this picture."
            )
            note = nodes.note("", nodes.paragraph("", said))
            return [line, *what, note]
        name = re.sub(r"[^a-z0-9]+", "-", command.lower()).strip("-") + ".png"
        file = Path(self.env.srcdir) / MADE / name
        wrong = make(words, file)
        if wrong:
            logger.warning(
                "`%s` makes no picture: %s", command, wrong, location=self.get_location()
            )
            return [line, *what]
        alt = " ".join(node.astext() for node in what)
        self.env.note_reread()
        image = nodes.image(uri=f"/{MADE}/{name}", alt=alt)
        return [line, nodes.figure("", image), *what]

    def _can(self, words: list[str]) -> bool:
        if words[0] == "diff":
            # `diff` is there before its `--map` is
            return exists("map")
        return exists(words[0])


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("picture", Shown)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
