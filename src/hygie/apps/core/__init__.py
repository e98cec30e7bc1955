"""What every page stands on: shell, errors, security headers."""
