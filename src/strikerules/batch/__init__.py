"""Many rows at once: tables, files and sweeps decided, counted and drawn at random."""
