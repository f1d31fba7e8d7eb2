"""The policy language: vocabulary, conditions, policies, variants, timelines, scenarios."""
