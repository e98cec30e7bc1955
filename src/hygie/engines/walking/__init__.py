"""Walking signs, load of streets by walkers, walking buses to school."""
