"""What can be imported: products, organizations, people; each with its columns and its two verbs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from models import journal
from models.errors import N_, Refused
from models.products.importing import organization_rows, person_rows, product_apply, product_rows
from models.products.importing.plans import Line, Mapping, Options, Tell, Writing
from models.products.importing.sheets import Sheet
from models.products.importing.words import ORGANIZATION_COLUMNS, PEOPLE_COLUMNS, PRODUCT_COLUMNS, plain


@dataclass(frozen=True)
class Kind:
    """One kind of list. `fields` are the columns with their labels, `spellings` the names that files give them.

    `required` columns must be there; those in `given_once` may be chosen for the whole file instead. `compare`
    writes nothing; `given` is what a new row would set, by field; `prepare` makes everything ready and returns the act
    that writes it in one transaction.
    """

    key: str
    label: str
    fields: dict[str, str]
    spellings: dict[str, str]
    required: tuple[str, ...]
    given_once: tuple[str, ...]
    compare: Callable[[Sheet, Mapping, Options, Tell], list[Line]]
    given: Callable[[Line], dict[str, Any]]
    prepare: Callable[[Sequence[Line], journal.Actor, str], Writing]

    def guess(self, header: Sequence[str]) -> Mapping:
        """Which column holds which field, by the columns' names; the first of a name counts."""
        mapping: Mapping = {}
        for column, name in enumerate(header):
            field = self.spellings.get(plain(name))
            if field and field not in mapping:
                mapping[field] = column
        return mapping

    def check(self, mapping: Mapping, options: Options) -> None:
        """Raises Refused if a column is missing that a row can't do without."""
        chosen = {"organization": options.organization_id, "category": options.category_id}
        for field in self.required:
            if field not in mapping and (field not in self.given_once or chosen[field] is None):
                raise Refused(_MISSING[field], field=field)


_MISSING = {
    "organization": N_("Choose the column that holds the organization, or one organization for all rows."),
    "name": N_("Choose the column that holds the name."),
    "category": N_("Choose the column that holds the category, or one category for all rows."),
    "email": N_("Choose the column that holds the e-mail address."),
}

PRODUCTS = Kind(
    "products",
    N_("Products"),
    {
        "organization": N_("Organization"),
        "name": N_("Name"),
        "category": N_("Category"),
        "plan": N_("Plan"),
        "identifier": N_("Identifier"),
        "expires_on": N_("Expiry date"),
        "auto_renew": N_("Auto-renewal"),
        "price": N_("Price"),
        "currency": N_("Currency"),
        "period_months": N_("Period in months"),
        "state": N_("State"),
        "holder_name": N_("Holder's name"),
        "holder_organization": N_("Holder's organization"),
        "holder_email": N_("Holder's e-mail"),
        "tags": N_("Tags"),
        "notes": N_("Notes"),
    },
    PRODUCT_COLUMNS,
    ("organization", "name", "category"),
    ("organization", "category"),
    product_rows.compare,
    product_rows.given,
    product_apply.prepare,
)

ORGANIZATIONS = Kind(
    "organizations",
    N_("Organizations"),
    {
        "slug": N_("Short name"),
        "name": N_("Name"),
        "kind": N_("Type"),
        "country": N_("Country"),
        "street": N_("Street"),
        "postcode": N_("Postcode"),
        "city": N_("City"),
        "vat_number": N_("VAT number"),
        "language": N_("Language"),
        "time_zone": N_("Time zone"),
        "billing_email": N_("Billing e-mail"),
    },
    ORGANIZATION_COLUMNS,
    ("name",),
    (),
    organization_rows.compare,
    organization_rows.given,
    organization_rows.prepare,
)

PEOPLE = Kind(
    "people",
    N_("People"),
    {
        "email": N_("E-mail"),
        "name": N_("Name"),
        "phone": N_("Phone"),
        "language": N_("Language"),
        "time_zone": N_("Time zone"),
        "organization": N_("Organization"),
        "role": N_("Role"),
    },
    PEOPLE_COLUMNS,
    ("email", "organization"),
    ("organization",),
    person_rows.compare,
    person_rows.given,
    person_rows.prepare,
)

KINDS = {kind.key: kind for kind in (PRODUCTS, ORGANIZATIONS, PEOPLE)}
