"""Files that ship and are not validated at each start."""

from __future__ import annotations

from pathlib import Path

import pytest

from strikerules.documents import Document, is_accepted
from strikerules.documents.accepted import shipped_documents, validate_shape

SHIPPED = list(shipped_documents())


@pytest.mark.parametrize(("kind", "path", "doc"), SHIPPED, ids=[p.name for _, p, _ in SHIPPED])
def test_what_ships_is_valid_and_listed(kind: str, path: Path, doc: Document) -> None:
    """A file could ship with a wrong shape, or be validated at each start (`make accept`)."""
    validate_shape(kind, doc)
    assert is_accepted(doc)


def test_an_edit_is_looked_at() -> None:
    """A file that was changed could pass for the one that was validated."""
    _, _, doc = SHIPPED[0]
    assert not is_accepted(Document(doc.name, doc.text + "\n", doc.data, doc.marks, doc.base))
