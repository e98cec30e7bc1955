"""Street graph, snapping, travel times."""
