"""Who can get to what, and be served."""
