"""Renewals: what is told of them to whom, and when it was told."""
