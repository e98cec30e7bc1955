"""What a study says: one presentation, written as a page, a PDF and files to take away."""
