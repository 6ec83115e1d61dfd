"""Long measurements of single parts, to be run by hand."""
