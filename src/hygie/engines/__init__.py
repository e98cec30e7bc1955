"""Pure calculation: values in, explained results out. No file, framework, clock or network."""
