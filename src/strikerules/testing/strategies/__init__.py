"""Strategies for hypothesis: scenarios, places and policies to state properties of.

``pip install 'strikerules[testing]'`` brings hypothesis.

Examples
--------
What a policy should never do, said once for every scenario:

>>> from hypothesis import given, settings
>>> import strikerules as sr
>>> from strikerules.testing.strategies import scenarios
>>> policy = sr.load("kharkiv")
>>> @settings(max_examples=20, derandomize=True, database=None, deadline=None)
... @given(scenarios(policy, given={"weapon.made_in": "FR", "weapon.us_parts": False}))
... def leaves_french_weapons_alone(scenario):
...     assert policy.check(scenario).decision == "not_governed"
>>> leaves_french_weapons_alone()
"""

from __future__ import annotations

from strikerules.problems import InvalidInput, Problem

try:
    from strikerules.testing.strategies.places import locations
    from strikerules.testing.strategies.policy import policies
    from strikerules.testing.strategies.scenario import scenarios
except ModuleNotFoundError as error:
    if error.name != "hypothesis":
        raise
    raise InvalidInput(
        Problem(
            "SR912",
            "hypothesis is not installed",
            help="pip install 'strikerules[testing]'",
        )
    ) from None

__all__ = ["locations", "policies", "scenarios"]
