"""What every page stands on: sessions, access, rendering, errors, formats, headers."""
