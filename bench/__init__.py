"""Measurements: each is a ratio against a floor measured beside it in the same run."""
