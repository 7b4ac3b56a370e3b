"""The organization: people, details, journal."""
