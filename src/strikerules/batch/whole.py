"""A file that is there whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from strikerules.problems import InvalidInput, Problem

__all__ = ["beside", "not_written"]


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give a place to write a file, which is moved to its own when all is well.

    Parameters
    ----------
    path : pathlib.Path

    Yields
    ------
    pathlib.Path
        Of the same name, in a folder that is taken away in the end.

    Raises
    ------
    InvalidInput
        SR603 where the file can't be written.
    """
    folder: str | None = None
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "it is a directory")
        folder = tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}.")
        written = Path(folder) / path.name
        yield written
        written.replace(path)
    except OSError as error:
        raise not_written(path, error) from None
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def not_written(path: Path, error: OSError) -> InvalidInput:
    """Return what to raise where a file can't be written."""
    why = (_reason(error) or "an error").lower()
    return InvalidInput(Problem("SR603", f"can't write `{path}`: {why}"))


def _reason(error: OSError) -> str | None:
    """Return the system's own words, which a library may have laid others around."""
    if error.errno is not None and error.strerror and "detail" in error.strerror.lower():
        return os.strerror(error.errno)
    return error.strerror
