"""The council note of a scenario as a tagged PDF."""
