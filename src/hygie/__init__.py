"""Hygie: a free platform with which a French commune runs its health policy."""

__version__ = "0.1.0"
