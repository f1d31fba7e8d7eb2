"""Mutants of policies: one small change each, which a good suite notices."""
