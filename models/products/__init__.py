"""Products: what an organization holds, how it is tagged, found and imported."""
