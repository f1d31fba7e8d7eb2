"""Files whose shape was validated when the package was made, by their SHA-256.

Strict models take longer to build than a whole check takes to run. What ships is validated by the
tests and its digests are listed in `accepted.txt`; a file with a digest in the list is not
validated again. Any other file, and any of these after an edit, is.

``python -m strikerules.documents.accepted`` validates what ships and writes the list anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from strikerules.documents.document import Document
from strikerules.documents.parse import read_document

__all__ = ["ensure_shape", "is_accepted", "shipped_documents"]

LIST = Path(__file__).with_name("accepted.txt")

#: What each shipped file has to look like: the first key, and where its model is.
MODELS = {
    "policy": "strikerules.language.documents:PolicyDocument",
    "timeline": "strikerules.language.documents:TimelineDocument",
    "weapons": "strikerules.language.documents:CatalogueDocument",
    "source": "strikerules.sources.entries:SourceEntry",
    "zones": "strikerules.geography.entries:RegisterDocument",
}


@cache
def _digests() -> frozenset[str]:
    try:
        return frozenset(line.split()[0] for line in LIST.read_text().splitlines() if line)
    except OSError:
        return frozenset()


def digest(doc: Document) -> str:
    """Return the SHA-256 of a document's text."""
    import hashlib

    return hashlib.sha256(doc.text.encode()).hexdigest()


def is_accepted(doc: Document) -> bool:
    """Tell whether the document is, to the letter, one that ships."""
    return bool(doc.text) and digest(doc) in _digests()


def ensure_shape(kind: str, doc: Document) -> None:
    """Validate a document against its model, unless it ships.

    Parameters
    ----------
    kind : str
        A key of `MODELS`.
    doc : Document

    Raises
    ------
    InvalidInput
        SR111 to SR117, all problems at once.
    """
    if not is_accepted(doc):
        validate_shape(kind, doc)


def validate_shape(kind: str, doc: Document) -> None:
    """Validate a document against its model, whether it ships or not."""
    from strikerules.documents.models import validate

    module, _, name = MODELS[kind].partition(":")
    validate(getattr(import_module(module), name), doc)


def shipped_documents() -> Iterator[tuple[str, Path, Document]]:
    """Yield what ships in YAML: its kind, its path and the document."""
    from strikerules.data import folder

    for name in ("rules", "geodata", "seeds"):
        for path in sorted(folder(name).glob("*.yaml")):
            doc = read_document(path)
            kind = next(k for k in MODELS if k in doc.data)
            yield kind, path, doc


def main() -> None:
    """Validate what ships and write the list."""
    lines = []
    for kind, path, doc in shipped_documents():
        validate_shape(kind, doc)
        lines.append(f"{digest(doc)}  {path.parent.name}/{path.name}\n")
    LIST.write_text("".join(lines))


if __name__ == "__main__":
    main()
