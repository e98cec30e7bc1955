"""The hygie command."""


def main() -> None:
    """Run the command line."""
