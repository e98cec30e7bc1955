"""Perimeters around public accesses, by decree or by political choice."""
