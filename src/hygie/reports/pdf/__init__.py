"""The report as a tagged PDF: one page for the mayor, some for the council, annexes for specialists."""
