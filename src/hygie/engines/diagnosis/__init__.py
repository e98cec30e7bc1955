"""The indicators of a territory, from reach to sentences that can be checked."""
