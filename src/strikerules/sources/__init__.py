"""The source register: what was said, by whom, on what day, and what encodes it."""

from strikerules.sources.links import Element, Link, family
from strikerules.sources.model import Claim, Firmness, Reference, Source, Span, element_key
from strikerules.sources.reader import read_source
from strikerules.sources.register import SourceRegister, shipped_register
from strikerules.sources.trace import Coverage, Trace, coverage_of, trace

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
