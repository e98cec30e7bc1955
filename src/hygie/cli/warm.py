"""Compile what is compiled once, at set-up."""
