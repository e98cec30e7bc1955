"""What every engine stands on: errors, time, measures with provenance, territory arrays."""
