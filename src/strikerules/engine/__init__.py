"""Deciding: compile a policy, look at the worlds that a case leaves open, combine, explain."""
