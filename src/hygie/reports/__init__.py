"""Engine results → PDF, ODS, SVG, HTML fragments."""
