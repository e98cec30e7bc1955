"""The portrait of a territory: its diagnosis beside what official sources say of it."""
