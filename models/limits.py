"""How much may be written where: the same for forms, for files and for whatever else writes."""

from __future__ import annotations

LINE = 120
"""Letters in a line of text, where nothing below says otherwise."""

PRODUCT_NAME = 250
"""A domain name alone may have 253."""

POSTCODE = 20
CITY = 80
PHONE = 40
VAT_NUMBER = 40
NOTES = 4_000
MOST_MONTHS = 120
MOST_MINOR = 10**12
"""The highest price, in minor units of its currency."""
