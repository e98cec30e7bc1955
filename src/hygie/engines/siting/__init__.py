"""Where to open, keep or close: sites chosen among candidates, with a proved gap."""
