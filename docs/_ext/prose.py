"""What the pages leave to the build: names of files over blocks, links out of `docs/`, codes.

The pages read well as they are, in an editor or where the repository is shown. Here

- a block that begins with the name of a file (```` ```yaml guns.yaml ````) gets it as a caption;
- a link to a page outside `docs/` goes to the page that the site has of it, or is text where the
  site has none; one to a notebook is a file to be saved;
- in a table of contents, `maps?` counts where the page `maps.md` is there;
- a code such as SR308 links to its page.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

from writing import LEXERS

ROOT = Path(__file__).parents[2]

#: Pages outside `docs/` and where the site has them.
TAKEN_IN = {
    "seeds/README.md": "reference/sources/register",
    "geodata/README.md": "reference/zones/data",
    "examples/README.md": "reference/examples/index",
    "CHANGELOG.md": "changelog",
}

NAMED = re.compile(r"(?m)^(`{3,})(\w+) (\S*[./]\S*)$")
CONTENTS = re.compile(r"(?ms)^`{3,}\{toctree\}\n.*?^`{3,}$")
MAYBE = re.compile(r"(?m)^([\w/-]+)\?\n")
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((\.\./[^)\s#]+)(#[^)\s]+)?\)")
CODE = re.compile(r"\bSR[1-9]\d\d\b")


def rewritten(text: str, docname: str) -> str:
    """Return a page's text with captions, and with its links out of `docs/` mended."""
    depth = docname.count("/")

    def mended(match: re.Match[str]) -> str:
        words, path = match[1], match[2]
        outside = (ROOT / "docs" / docname).parent.joinpath(path).resolve()
        if not outside.is_relative_to(ROOT) or outside.is_relative_to(ROOT / "docs"):
            return match[0]
        name = str(outside.relative_to(ROOT))
        if outside.suffix == ".ipynb":
            return f"{{download}}`{words.strip('`')} <{path}>`"
        if name in TAKEN_IN:
            return f"[{words}]({'../' * depth}{TAKEN_IN[name]}.md{match[3] or ''})"
        return words

    def captioned(match: re.Match[str]) -> str:
        fence, kind, name = match.groups()
        return f"{fence}{{code-block}} {LEXERS.get(kind, kind)}\n:caption: {name}\n"

    def there(match: re.Match[str]) -> str:
        page = (ROOT / "docs" / docname).parent / f"{match[1]}.md"
        return f"{match[1]}\n" if page.is_file() else ""

    text = CONTENTS.sub(lambda match: MAYBE.sub(there, match[0]), text)
    text = NAMED.sub(captioned, text)
    return LINK.sub(mended, text)


def on_source(app: Sphinx, docname: str, source: list[str]) -> None:
    """Rewrite a page as it is read."""
    source[0] = rewritten(source[0], docname)


class Codes(SphinxTransform):
    """Makes links of the codes in running text."""

    default_priority = 205

    def apply(self, **kwargs: Any) -> None:
        if self.env.docname.startswith("reference/codes/"):
            own = self.env.docname.rpartition("/")[2]
        else:
            own = ""
        for text in list(self.document.findall(nodes.Text)):
            if self._may_be_linked(text) and CODE.search(text):
                text.parent.replace(text, self._linked(str(text), own))

    def _may_be_linked(self, text: nodes.Text) -> bool:
        node = text.parent
        while node is not None:
            if isinstance(node, nodes.title | nodes.literal | nodes.literal_block | nodes.reference
                          | nodes.raw | nodes.comment | pending_xref):  # fmt: skip
                return False
            node = node.parent
        return True

    def _linked(self, text: str, own: str) -> list[nodes.Node]:
        found: list[nodes.Node] = []
        at = 0
        for match in CODE.finditer(text):
            if match[0] == own or not self._is_page(match[0]):
                continue
            found.append(nodes.Text(text[at : match.start()]))
            page = pending_xref(
                "", nodes.inline("", match[0]), refdomain="std", reftype="doc", refexplicit=True,
                reftarget=f"/reference/codes/{match[0]}", refdoc=self.env.docname, refwarn=True,
            )  # fmt: skip
            found.append(page)
            at = match.end()
        return [*found, nodes.Text(text[at:])]

    def _is_page(self, code: str) -> bool:
        return (Path(self.env.srcdir) / "reference" / "codes" / f"{code}.md").is_file()


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", on_source)
    app.add_transform(Codes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
