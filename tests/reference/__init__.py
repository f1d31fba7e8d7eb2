"""The reference evaluator, and the tests in which it judges the engine."""
