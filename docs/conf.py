"""How Sphinx builds these pages: `make docs`, or `sphinx-build docs docs/_build/html`.

Nothing is fetched, neither when the pages are built nor when they are read. What can be read off
the code and the data is: `docs/_ext/made.py` writes those pages before Sphinx looks for them.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent / "src")]

from strikerules import __version__  # noqa: E402
from strikerules.api import Decision, Policy  # noqa: E402
from strikerules.testing import suite  # noqa: E402

# names of its annotations, which it imports for type checkers alone
vars(suite).update(Decision=Decision, Policy=Policy)

project = "strikerules"
author = "The strikerules contributors"
copyright = "the strikerules contributors, MIT licence"
version = release = __version__

extensions = [
    "sphinx.ext.autodoc",
    "numpydoc",
    "myst_parser",
    "sphinx_design",
    # docs/_ext
    "made",
    "prose",
    "layers",
    "pictures",
]

exclude_patterns = ["_*"]
nitpicky = True
smartquotes = False
# in docstrings, single backticks stand for names of the code
default_role = "code"
highlight_language = "none"
pygments_style, pygments_dark_style = "default", "github-dark"

myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline"]
myst_heading_anchors = 4
myst_all_links_external = False
myst_linkify_fuzzy_links = False

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = f"strikerules {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {
    "navigation_with_keys": True,
    "top_of_page_buttons": [],
    # the fonts that a reader's machine has; none is fetched
    "light_css_variables": {
        "font-stack": "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif",
        "font-stack--monospace": "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace",
        "color-brand-primary": "#1f4e79",
        "color-brand-content": "#1f5f99",
    },
    "dark_css_variables": {
        "color-brand-primary": "#8ab8e6",
        "color-brand-content": "#8ab8e6",
    },
}
