"""Imports as background work: a large file is compared, and what it changes is written."""

from __future__ import annotations

from jobs.work import kind
from models.products.importing import imports

compare = kind("imports.compare")(imports.go_on)
apply = kind("imports.apply")(imports.go_on)
