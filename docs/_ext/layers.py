"""The one picture: the layers of the program, drawn from the order that a test holds.

`ORDER` in `tests/test_layers.py` says which layer may import which, and the test fails if one does
otherwise; what each layer is for is the first line of its own docstring. So neither can go stale.
"""

from __future__ import annotations

import ast
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "strikerules"

WIDTH, ROW, BOX, GAP = 720, 58, 36, 14


def order() -> tuple[tuple[str, ...], ...]:
    """Return the layers as the test has them, those that know nothing of the others first."""
    tree = ast.parse((ROOT / "tests" / "test_layers.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "ORDER":
            found: tuple[tuple[str, ...], ...] = ast.literal_eval(node.value)
            return found
    raise LookupError("tests/test_layers.py has no ORDER")


def purpose(layer: str) -> str:
    """Return the first line of a layer's docstring."""
    package = SOURCE / layer / "__init__.py"
    file = package if package.is_file() else SOURCE / f"{layer}.py"
    said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    if not said:
        raise LookupError(f"{file.relative_to(ROOT)} does not say what it is for")
    return " ".join(said.partition("\n\n")[0].split())


def place(layer: str) -> str:
    """Return where a layer stands."""
    return f"{layer}/" if (SOURCE / layer).is_dir() else f"{layer}.py"


def svg() -> str:
    """Return the picture: a row for each level, an arrow from what is used to what uses it."""
    rows = order()
    height = len(rows) * ROW + 8
    listed = "; ".join(", ".join(row) for row in rows)
    parts = [
        f'<svg class="layers" viewBox="0 0 {WIDTH} {height}" role="img"'
        ' aria-labelledby="layers-title" xmlns="http://www.w3.org/2000/svg">',
        f'<title id="layers-title">The layers, from first to last: {escape(listed)}</title>',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"'
        ' markerHeight="7" orient="auto"><path d="M0 0 L8 4 L0 8 z"/></marker></defs>',
    ]
    for level, row in enumerate(rows):
        width = min(190.0, (WIDTH - 20 - GAP * (len(row) - 1)) / len(row))
        left = (WIDTH - width * len(row) - GAP * (len(row) - 1)) / 2
        top = 4 + level * ROW
        if level:
            parts.append(
                f'<path class="arrow" d="M{WIDTH / 2:g} {top - ROW + BOX + 3:g}'
                f' V{top - 3:g}" marker-end="url(#tip)"/>'
            )
        for number, layer in enumerate(row):
            x = left + number * (width + GAP)
            parts.append(
                f"<g><title>{escape(purpose(layer))}</title>"
                f'<rect x="{x:.1f}" y="{top}" width="{width:.1f}" height="{BOX}" rx="6"/>'
                f'<text x="{x + width / 2:.1f}" y="{top + BOX / 2 + 5:g}">{escape(layer)}</text>'
                "</g>"
            )
    return "\n".join([*parts, "</svg>"])


class Picture(SphinxDirective):
    """Draws the layers, and lists them where no picture can be shown."""

    def run(self) -> list[nodes.Node]:
        text = "\n".join(" ".join(row) for row in order())
        self.env.note_dependency(str(ROOT / "tests" / "test_layers.py"))
        only = nodes.raw("", svg(), format="html")
        other = nodes.raw("", text, format="text")
        return [only, other]


class Table(SphinxDirective):
    """Says what each layer adds."""

    def run(self) -> list[nodes.Node]:
        from writing import table

        rows = [(f"`{place(layer)}`", purpose(layer)) for level in order() for layer in level]
        self.env.note_dependency(str(ROOT / "tests" / "test_layers.py"))
        return self.parse_text_to_nodes(table(["layer", "adds"], rows))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("layers", Picture)
    app.add_directive("layers-table", Table)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
