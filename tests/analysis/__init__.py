"""Tests of what policies mean over all scenarios, judged by brute force and by a solver."""
