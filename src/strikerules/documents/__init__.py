"""Reading files: YAML 1.2 with positions, and strict models over it."""

from strikerules.documents.document import Document, Path, read_document, read_text
from strikerules.documents.models import Strict, problems_of, validate
from strikerules.documents.parse import parse_document

__all__ = [
    "Document",
    "Path",
    "Strict",
    "parse_document",
    "problems_of",
    "read_document",
    "read_text",
    "validate",
]
