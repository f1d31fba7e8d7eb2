"""Reading files: YAML 1.2 with positions, and strict models over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strikerules.documents.accepted import ensure_shape, is_accepted
from strikerules.documents.document import Document, Path, read_text
from strikerules.documents.parse import parse_document, read_document

if TYPE_CHECKING:
    from strikerules.documents.models import Strict, problems_of, validate

__all__ = [
    "Document",
    "Path",
    "Strict",
    "ensure_shape",
    "is_accepted",
    "parse_document",
    "problems_of",
    "read_document",
    "read_text",
    "validate",
]


def __getattr__(name: str) -> Any:
    # pydantic is imported with the models, and what ships needs none
    if name in ("Strict", "problems_of", "validate"):
        from strikerules.documents import models

        return getattr(models, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
