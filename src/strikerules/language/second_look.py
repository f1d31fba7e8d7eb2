"""What else is wrong with a policy whose shape is wrong.

A wrong key would hide every mistake behind it, and the author would find them one by one. Here the
wrong parts are taken out or made harmless, and the rest is read; what comes of a part that is
missing for that reason is not told.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from strikerules.documents import Document, Path
from strikerules.documents.models import paths_of
from strikerules.language.documents import PolicyDocument
from strikerules.language.properties import KINDS
from strikerules.problems import InvalidInput, Problem

__all__ = ["second_look"]

#: Of names that are not there, because what was taken out may have had them.
_ABOUT_NAMES = frozenset(
    ("SR303", "SR307", "SR308", "SR314", "SR322", "SR323", "SR324", "SR325", "SR330", "SR332")
)
_HARMLESS: dict[str, Any] = {
    "effect": "permit", "value": 0, "readings": {}, "id": "nameless", "decision": "permitted",
    "of": ["date"], "policy": "nameless",
}  # fmt: skip
#: What stands for an item of a list that is not what it should be; elsewhere a word does.
_ITEMS: dict[str | int, Any] = {
    "rules": {"effect": "permit"},
    "properties": {"settled": True},
    "decision": "permitted",
}


def second_look(
    doc: Document, first: InvalidInput, build: Callable[[Document], object]
) -> InvalidInput:
    """Return what was found before, and what is wrong with the rest.

    Parameters
    ----------
    doc : Document
    first : InvalidInput
        What is wrong with its shape.
    build : callable
        Reads a document whose shape is right.
    """
    mended = _mended(doc)
    if mended is None:
        return first
    try:
        build(mended)
    except InvalidInput as error:
        seen = {p.position for p in first.problems}
        more: list[Problem] = [
            p
            for p in error.problems
            if p.code not in _ABOUT_NAMES
            and p.position not in seen
            and p.position is not None
            and p.position.file == doc.name
        ]
        return InvalidInput([*first.problems, *more])
    return first


def _mended(doc: Document) -> Document | None:
    """Return the document with the wrong parts made harmless; None where that can't be done."""
    data = copy.deepcopy(doc.data)
    for _ in range(3):
        try:
            PolicyDocument.model_validate(data)
        except ValidationError as error:
            for path in paths_of(error, data):
                if not _mend(data, path):
                    return None
        else:
            return Document(doc.name, doc.text, data, doc.marks, doc.base)
    return None


def _mend(data: Any, path: Path) -> bool:
    if path in ((), ("policy",), ("timeline",)):
        return False
    if path[0] == "accept":
        # its shape is all that is looked at
        data.pop("accept", None)
        return True
    holder = data
    for step in path[:-1]:
        try:
            holder = holder[step]
        except (KeyError, IndexError, TypeError):
            return True
    last = path[-1]
    if isinstance(holder, list) and isinstance(last, int):
        # a list keeps its length, so that the places of what follows stay right
        item = "nameless" if path[0] == "remove" else _ITEMS.get(path[-2], "nameless")
        holder[last] = {"id": f"nameless-{last}", **item} if isinstance(item, dict) else item
        return True
    if not isinstance(holder, dict):
        return False
    if last in _HARMLESS:
        index = path[-2] if len(path) > 1 else ""
        holder[last] = f"nameless-{index}" if last == "id" else copy.copy(_HARMLESS[str(last)])
    else:
        holder.pop(last, None)
        if path[0] == "properties" and last in KINDS:
            holder["settled"] = True
    return True
