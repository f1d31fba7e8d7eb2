"""HTML in which whatever users wrote is made harmless: only `tag` and `Html` make markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

__all__ = ["Html", "code", "joined", "listed", "prose", "table", "tag"]

_QUOTED = re.compile(r"`([^`]+)`")
_EMPTY = {"br", "hr", "img", "input", "link", "meta"}


class Html(str):
    """Markup that was made here; any other text is escaped where it is put in."""

    __slots__ = ()


def tag(name: str, /, *content: str | None, **attributes: str | bool | None) -> Html:
    """Return an element.

    Parameters
    ----------
    name : str
    *content : str
        Text, which is escaped, or `Html`, which is not; None is left out.
    **attributes : str or bool
        ``class_`` for ``class``, ``aria_label`` for ``aria-label``; None and False are left out.

    Examples
    --------
    >>> tag("p", "1 < 2", class_='a"b')
    '<p class="a&quot;b">1 &lt; 2</p>'
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}"
        + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _EMPTY:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(content)}</{name}>")


def joined(content: Iterable[str | None], between: str = "") -> Html:
    """Return pieces one after another, text among them escaped."""
    pieces = (c if isinstance(c, Html) else Html(escape(c)) for c in content if c is not None)
    return Html(between.join(pieces))


def prose(text: str) -> Html:
    """Return text with what stands in backticks as code.

    Examples
    --------
    >>> prose("by `kharkiv` <b>")
    'by <code>kharkiv</code> &lt;b&gt;'
    """
    return Html(_QUOTED.sub(r"<code>\1</code>", escape(text)))


def code(text: str) -> Html:
    """Return text as code."""
    return tag("code", text)


def listed(items: Iterable[str], **attributes: str | None) -> Html:
    """Return a list, an item each."""
    return tag("ul", joined(tag("li", item) for item in items), **attributes)


def table(
    caption: str,
    heads: Iterable[str],
    rows: Iterable[Iterable[str]],
    row_attributes: Iterable[dict[str, str | None]] | None = None,
    **attributes: str | None,
) -> Html:
    """Return a table whose first column heads its rows."""
    body = []
    each = iter(row_attributes) if row_attributes is not None else None
    for row in rows:
        first, *rest = row
        more = next(each) if each is not None else {}
        cells = joined([tag("th", first, scope="row"), *(tag("td", cell) for cell in rest)])
        body.append(tag("tr", cells, **more))
    head = tag("tr", joined(tag("th", h, scope="col") for h in heads))
    inner = tag(
        "table", tag("caption", caption), tag("thead", head), tag("tbody", joined(body)),
        **attributes,
    )  # fmt: skip
    return tag("div", inner, class_="wide", tabindex="0", role="region", aria_label=caption)
