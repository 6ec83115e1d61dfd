"""The worked vectors of docs/formats, and the scripts that make them."""
