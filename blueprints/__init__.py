"""HTTP: a view parses, authorizes, calls one verb, and renders."""
