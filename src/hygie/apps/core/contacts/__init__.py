"""Residents without an account: a code proves that they hold a contact."""
