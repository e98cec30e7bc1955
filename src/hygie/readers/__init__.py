"""Outside files ↔ engine types: official data, the territory folder, the catalogue."""
