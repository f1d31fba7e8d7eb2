"""What of a policy its tests settle: counted over the cases that passed, and what is left."""
