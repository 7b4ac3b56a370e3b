"""Makes the example data of the tests: organizations, people, 5,000 products, and two difficult small files.

Run it as `python tests/data/make_products.py [FOLDER]`. The same files come out every time and on every Python:
only `random()` is drawn, whose sequence is promised to stay.
"""

from __future__ import annotations

import csv
import random
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

from stdnum.ch import uid
from stdnum.iso7064 import mod_11_10

sys.path.insert(0, str(Path(__file__).parent))

import difficult
import words

TODAY = date(2026, 11, 22)
ROWS = 5000
HEADER = (
    "Organization,Name,Category,Plan,Identifier,Expiry date,Auto-renewal,Price,Currency,Period (months),State,"
    "Holder name,Holder organization,Holder e-mail,Tags,Notes"
).split(",")
ORGANIZATION_HEADER = (
    "Organization,Name,Type,Country,Street,Postcode,City,VAT number,Language,Time zone,Billing e-mail"
).split(",")
PEOPLE_HEADER = "E-mail,Name,Phone,Language,Time zone,Organization,Role".split(",")
TYPES = {
    "company": "Company",
    "individual": "Individual",
    "association": "Association",
    "public_body": "Public body",
}
TIME_ZONES = {
    "AT": "Europe/Vienna",
    "CH": "Europe/Zurich",
    "DE": "Europe/Berlin",
    "FR": "Europe/Paris",
    "IE": "Europe/Dublin",
    "IT": "Europe/Rome",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
}
CURRENCIES = {"CH": "CHF", "NO": "NOK"}
ROLES = ["Administrator", "Collaborator", "Collaborator", "Collaborator", "External user"]

T = TypeVar("T")
Row = list[str]


class Draw:
    """Seeded chance, made of `random()` alone."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed).random

    def below(self, limit: int) -> int:
        return int(self._random() * limit)

    def between(self, least: int, most: int) -> int:
        return least + self.below(most - least + 1)

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def one(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        left = list(choices)
        return [left.pop(self.below(len(left))) for _ in range(min(count, len(left)))]

    def weighted(self, choices: dict[T, int]) -> T:
        number = self.below(sum(choices.values()))
        for choice, weight in choices.items():
            number -= weight
            if number < 0:
                return choice
        raise AssertionError("weights were counted wrong")


class Organization(NamedTuple):
    slug: str
    name: str
    kind: str
    country: str
    street: str
    postcode: str
    city: str
    language: str
    share: int

    @property
    def domain(self) -> str:
        return f"{self.slug}.example"


class Person(NamedTuple):
    name: str
    email: str


def organizations() -> list[Organization]:
    lines = (line.split("|") for line in words.ORGANIZATIONS.strip().splitlines())
    return [Organization(*fields[:-1], share=int(fields[-1])) for fields in lines]


def plain(text: str) -> str:
    """The text in the letters of an e-mail address."""
    spelled = text.lower().translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "o", "ı": "i", "’": ""}))
    ascii_only = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return ascii_only.replace(" ", "-")


def vat_number(draw: Draw, organization: Organization) -> str:
    """A number that passes its country's checksum, for Swiss and German companies; others leave it empty."""
    if organization.kind != "company" or organization.country not in ("CH", "DE"):
        return ""
    while True:
        digits = str(draw.between(10_000_000, 99_999_999))
        if organization.country == "DE":
            return f"DE{digits}{mod_11_10.calc_check_digit(digits)}"
        number = f"CHE{digits}{uid.calc_check_digit(digits)}"
        if uid.is_valid(number):
            return str(uid.format(number))


def organization_rows(draw: Draw) -> Iterator[Row]:
    for organization in organizations():
        yield [
            organization.slug,
            organization.name,
            TYPES[organization.kind],
            organization.country,
            organization.street,
            organization.postcode,
            organization.city,
            vat_number(draw, organization),
            organization.language,
            TIME_ZONES[organization.country],
            f"billing@{organization.domain}",
        ]


def staff(draw: Draw) -> dict[str, list[Person]]:
    """The people of each organization, by its slug; the first is its legal representative."""
    people: dict[str, list[Person]] = {}
    for organization in organizations():
        count = 1 if organization.kind == "individual" else draw.between(3, 5 + organization.share // 40)
        names = {f"{draw.one(words.FIRST_NAMES)} {draw.one(words.LAST_NAMES)}": None for _ in range(count)}
        people[organization.slug] = [
            Person(name, f"{plain(name).replace('-', '.', 1)}@{organization.domain}") for name in names
        ]
    return people


def people_rows(draw: Draw, people: dict[str, list[Person]]) -> Iterator[Row]:
    """One row per membership. The people of the agencies work for other organizations as well."""
    agencies = [organization for organization in organizations() if organization.share > 400]
    for organization in organizations():
        members = people[organization.slug]
        roles = ["Legal representative", *(draw.one(ROLES) for _ in members[1:])]
        guests = [person for agency in agencies for person in people[agency.slug][:2] if draw.chance(12)]
        guests = [guest for guest in guests if guest not in members]
        for person, role in [*zip(members, roles, strict=True), *((guest, "External user") for guest in guests)]:
            phone = f"+41 31 000 {draw.between(10, 99)} {draw.between(10, 99)}" if draw.chance(40) else ""
            zone = TIME_ZONES[organization.country]
            yield [person.email, person.name, phone, organization.language, zone, organization.slug, role]


class ProductMaker:
    """Makes the products of one organization; no name comes twice in a category."""

    def __init__(self, draw: Draw, organization: Organization, people: list[Person]) -> None:
        self.draw = draw
        self.organization = organization
        self.people = people
        self.tags = draw.some(words.TAGS, draw.between(2, 5 + organization.share // 50))
        self.domains = [organization.domain]
        self.taken: set[tuple[str, str]] = set()

    def rows(self, count: int) -> Iterator[Row]:
        for _ in range(count):
            category = self.draw.weighted({name: share for name, (share, _) in words.CATEGORIES.items()})
            yield self.row(category)

    def row(self, category: str) -> Row:
        plans = words.CATEGORIES[category][1]
        plan = self.draw.one(list(plans))
        expiry, renews, state = self.term(category)
        period = 12 if category in ("Domain name", "Certificate") else self.draw.one((1, 12, 12, 24))
        price = plans[plan] * period * (100 - self.draw.one((0, 0, 0, 10, 15))) // 100
        return [
            self.organization.slug,
            self.name(category),
            category,
            plan,
            self.identifier(category),
            expiry.isoformat() if expiry else "",
            "yes" if renews else "no",
            f"{price // 100}.{price % 100:02}",
            CURRENCIES.get(self.organization.country, "EUR"),
            str(period),
            state,
            *self.holder(category),
            ",".join(self.draw.some(self.tags, self.draw.one((0, 0, 1, 1, 1, 2, 2, 3)))),
            self.draw.one(words.NOTES) if self.draw.chance(8) else "",
        ]

    def term(self, category: str) -> tuple[date | None, bool, str]:
        """Expiry date, auto-renewal and state, which belong together."""
        if category in ("Drive", "Other") and self.draw.chance(20):
            return None, False, "Active"
        days = self.draw.between(-240, -1) if self.draw.chance(6) else self.draw.between(0, 3 * 365)
        expiry = TODAY + timedelta(days)
        if days < 0:
            return expiry, False, "Cancelled" if self.draw.chance(30) else "Expired"
        if self.draw.chance(3):
            return expiry, False, "Cancelled"
        return expiry, self.draw.chance(65), "Active"

    def holder(self, category: str) -> Row:
        if category != "Domain name":
            return ["", "", ""]
        person = self.draw.one(self.people)
        individual = self.organization.kind == "individual"
        return [person.name, "" if individual else self.organization.name, person.email]

    def identifier(self, category: str) -> str:
        letters = "".join(letter for letter in category.upper() if letter not in "AEIOU ")[:3]
        return f"{letters}-{self.draw.between(100_000, 999_999)}"

    def name(self, category: str) -> str:
        while True:
            name = self.suggest(category)
            if (category, name.casefold()) not in self.taken:
                self.taken.add((category, name.casefold()))
                if category == "Domain name":
                    self.domains.append(name)
                return name

    def suggest(self, category: str) -> str:
        draw = self.draw
        domain = draw.one(self.domains)
        match category:
            case "Domain name":
                return self.suggest_domain()
            case "Web hosting":
                return draw.one((f"Website {domain}", f"{draw.one(words.PURPOSES)}.{domain}"))
            case "Mail service":
                return draw.one((f"Mail {domain}", f"Mail {draw.one(words.TEAMS)} {domain}"))
            case "Cloud server":
                return f"{draw.one(('web', 'db', 'app', 'cache', 'build'))}-{draw.between(1, 99):02}.{domain}"
            case "Drive":
                return f"Drive {draw.one(words.TEAMS)} {draw.between(2019, 2026)}"
            case "Newsletter":
                return f"Newsletter {draw.one(words.TEAMS)} {domain}"
            case "Certificate":
                return f"{draw.one(('*', 'www', *words.PURPOSES))}.{domain}"
        return f"{draw.one(('Care', 'Advice', 'Watch', 'Fax'))} {draw.one(words.TEAMS)} {draw.between(1, 99)}"

    def suggest_domain(self) -> str:
        draw = self.draw
        if draw.chance(100 if self.organization.share < 15 else 15):
            return f"{self.organization.slug}-{draw.one(words.PURPOSES)}.example"
        joint = draw.one(("", "-"))
        return f"{draw.one(words.NAME_STARTS)}{joint}{draw.one(words.NAME_ENDS)}.example"


def product_counts() -> dict[str, int]:
    """How many of the rows each organization has; the rounding falls to the largest."""
    listed = organizations()
    total = sum(organization.share for organization in listed)
    counts = {organization.slug: organization.share * ROWS // total for organization in listed}
    counts[max(counts, key=counts.__getitem__)] += ROWS - sum(counts.values())
    return counts


def product_rows(draw: Draw, people: dict[str, list[Person]]) -> list[Row]:
    counts = product_counts()
    return [
        row
        for organization in organizations()
        for row in ProductMaker(draw, organization, people[organization.slug]).rows(counts[organization.slug])
    ]


def write(path: Path, header: Sequence[str], rows: Iterable[Row], *, encoding: str = "utf-8", comma: str = ",") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=comma)
        writer.writerow(header)
        writer.writerows(rows)


def main(folder: Path) -> None:
    people = staff(Draw("people"))
    write(folder / "organizations.csv", ORGANIZATION_HEADER, organization_rows(Draw("organizations")))
    write(folder / "people.csv", PEOPLE_HEADER, people_rows(Draw("memberships"), people))
    products = product_rows(Draw("products"), people)
    write(folder / "products-5000.csv", HEADER, products)
    german = difficult.in_german(products)
    write(folder / "products-latin1-semicolon.csv", difficult.GERMAN_HEADER, german, encoding="cp1252", comma=";")
    write(folder / "products-errors.csv", HEADER, difficult.WRONG)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
