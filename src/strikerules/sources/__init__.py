"""The source register: what was said, by whom, on what day, and what encodes it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from strikerules.sources.links import Element, Link, family
    from strikerules.sources.model import (
        Claim,
        Firmness,
        Reference,
        Source,
        Span,
        element_key,
    )
    from strikerules.sources.reader import read_source
    from strikerules.sources.register import SourceRegister, shipped_register
    from strikerules.sources.tracing import Coverage, Trace, coverage_of, trace

__all__ = [
    "Claim",
    "Coverage",
    "Element",
    "Firmness",
    "Link",
    "Reference",
    "Source",
    "SourceRegister",
    "Span",
    "Trace",
    "coverage_of",
    "element_key",
    "family",
    "read_source",
    "shipped_register",
    "trace",
]

# `check` cites claims through `cited`, and needs none of these
_HOMES = {
    "links": ("Element", "Link", "family"),
    "model": ("Claim", "Firmness", "Reference", "Source", "Span", "element_key"),
    "reader": ("read_source",),
    "register": ("SourceRegister", "shipped_register"),
    "tracing": ("Coverage", "Trace", "coverage_of", "trace"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        found = getattr(import_module(f"strikerules.sources.{_HOME_OF[name]}"), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
