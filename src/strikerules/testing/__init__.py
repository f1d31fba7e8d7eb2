"""Policy tests: cases in YAML that pytest runs, what they cover, and mutants that they kill.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from strikerules.testing.asserting import assert_decision
    from strikerules.testing.read import read_suite
    from strikerules.testing.suite import Case, Expectation, Suite

__all__ = ["Case", "Expectation", "Suite", "assert_decision", "read_suite"]

_HOMES = {
    "Case": "suite",
    "Expectation": "suite",
    "Suite": "suite",
    "assert_decision": "asserting",
    "read_suite": "read",
}


def __getattr__(name: str) -> Any:
    # the pytest plugin is in this package, and every pytest run imports it
    if name in _HOMES:
        return getattr(import_module(f"strikerules.testing.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
