"""Policy rules for published strike permissions: checked, cited, honest about what is not known.

It studies published policy with made-up scenarios. A "permitted" is a reading of one policy, not
a finding of law.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from strikerules.api import Decision, Policy, load, zone
    from strikerules.differences import Diff, diff
    from strikerules.engine.quick import Answer
    from strikerules.language.scenario import Scenario
    from strikerules.problems import InvalidInput, Problem
    from strikerules.verification import Verification, verify

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "Decision",
    "Diff",
    "InvalidInput",
    "Policy",
    "Problem",
    "Scenario",
    "Verification",
    "__version__",
    "diff",
    "load",
    "verify",
    "zone",
]

_HOMES = {
    "Answer": "strikerules.engine.quick",
    "Decision": "strikerules.api",
    "Diff": "strikerules.differences",
    "diff": "strikerules.differences",
    "Policy": "strikerules.api",
    "load": "strikerules.api",
    "Verification": "strikerules.verification",
    "verify": "strikerules.verification",
    "zone": "strikerules.api",
    "Scenario": "strikerules.language.scenario",
    "InvalidInput": "strikerules.problems",
    "Problem": "strikerules.problems",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'strikerules' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


if "pandas" in sys.modules:
    # `frame.strikerules`, for those who have pandas; without it nothing is imported
    import_module("strikerules.pandas")
