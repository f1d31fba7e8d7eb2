"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from strikerules.problems import InvalidInput, Problem

__all__ = ["write_whole"]


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all.

    Raises
    ------
    InvalidInput
        SR603 where it can't be written.
    """
    import tempfile

    temporary: str | None = None
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "it is a directory")
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
        temporary = None
    except OSError as error:
        why = (error.strerror or "an error").lower()
        raise InvalidInput(Problem("SR603", f"can't write `{path}`: {why}")) from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
