"""Every module that does a kind of background work; imported by whatever runs work, so that none is unknown there."""

import jobs.imports  # noqa: F401  registers itself
