"""Interactive maps and pages that open anywhere, without a network."""
