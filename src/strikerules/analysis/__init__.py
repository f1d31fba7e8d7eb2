"""What a policy means over all scenarios: differences, findings, proofs, margins."""
