"""The page of each stable code: what a message means and how to mend it."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec import Struct

from strikerules.problems.model import InvalidInput, Problem
from strikerules.problems.suggest import did_you_mean, quoted

__all__ = ["Page", "page", "titles"]

_CODE = re.compile(r"SR[0-9]{3}\Z")


class Page(Struct, frozen=True):
    """One page of the catalogue.

    Parameters
    ----------
    code : str
    title : str
        Lower case, no full stop.
    text : str
        The whole page as Markdown, its title as the first line.
    """

    code: str
    title: str
    text: str

    @property
    def sections(self) -> dict[str, str]:
        """The page's sections by their headings, as Markdown, in order."""
        parts = re.split(r"(?m)^## (.+)\n", self.text)
        return {h: body.strip() for h, body in zip(parts[1::2], parts[2::2], strict=True)}

    def to_dict(self) -> dict[str, Any]:
        """Return the page as plain data."""
        return {"code": self.code, "title": self.title, "sections": self.sections}


def _read(code: str) -> Page:
    text = (files("strikerules.problems") / "pages" / f"{code}.md").read_text(encoding="utf-8")
    return Page(code, text.partition("\n")[0].removeprefix(f"# {code} "), text)


@cache
def titles() -> dict[str, str]:
    """Return every code with its title, in order.

    Examples
    --------
    >>> titles()["SR110"]
    'an empty file'
    """
    names = (f.name for f in (files("strikerules.problems") / "pages").iterdir())
    codes = sorted(n.removesuffix(".md") for n in names if _CODE.match(n.removesuffix(".md")))
    return {code: _read(code).title for code in codes}


def page(code: str) -> Page:
    """Return the page of a code, in capitals or small letters.

    Raises
    ------
    InvalidInput
        SR604 where there is no such code.

    Examples
    --------
    >>> page("sr110").title
    'an empty file'
    """
    wanted = code.strip().upper()
    if wanted not in titles():
        raise InvalidInput(
            Problem(
                "SR604",
                f"there is no code {quoted(code)}",
                expected="`SR` and three digits",
                help=did_you_mean(wanted, titles()) or "`strikerules explain` lists all codes",
            )
        )
    return _read(wanted)
