"""The two difficult files: one as a German spreadsheet writes it, one with every mistake that people make."""

from __future__ import annotations

from datetime import date

GERMAN_HEADER = (
    "Organisation;Name;Kategorie;Tarif;Kennung;Ablaufdatum;Automatische Verlängerung;Preis;Währung;Zeitraum (Monate);"
    "Inhaber;Organisation des Inhabers;E-Mail des Inhabers;Schlagwörter;Bemerkungen"
).split(";")
GERMAN_ROWS = 60
YES_NO = {"yes": "ja", "no": "nein"}
GERMAN_NOTES = (
    "",
    "",
    "Für die Geschäftsstelle – 20 € Rabatt",
    "Straße und „Grüezi“ müssen überleben",
    "Cœur de ville",
)


def in_german(products: list[list[str]]) -> list[list[str]]:
    """Some active products with German dates, decimal commas and yes-and-no. There is no column for the state."""
    active = [row for row in products if row[10] == "Active" and row[5] and _fits(row)]
    chosen = active[:: len(active) // GERMAN_ROWS][:GERMAN_ROWS]
    return [_german_row(number, row) for number, row in enumerate(chosen)]


def _fits(row: list[str]) -> bool:
    """Whether the old encoding has all the letters."""
    return "".join(row).encode("cp1252", "ignore").decode("cp1252") == "".join(row)


def _german_row(number: int, row: list[str]) -> list[str]:
    organization, name, category, plan, identifier, expiry, renews, price, currency, period, _, *rest = row
    holder, holder_organization, holder_email, tags, _ = rest
    day = date.fromisoformat(expiry).strftime("%d.%m.%Y")
    note = GERMAN_NOTES[number % len(GERMAN_NOTES)]
    amounts = [day, YES_NO[renews], price.replace(".", ","), currency, period]
    return [
        organization,
        name,
        category,
        plan,
        identifier,
        *amounts,
        holder,
        holder_organization,
        holder_email,
        tags,
        note,
    ]


def _row(note: str, **changes: str) -> list[str]:
    """A good row with some cells changed; the note says what is wrong with it, or begins with "fine:"."""
    cells = {
        "organization": "pixelwerk",
        "name": f"{note.replace(' ', '-')}.example",
        "category": "Domain name",
        "plan": "Domain",
        "identifier": "DMN-1",
        "expiry": "2027-06-30",
        "renews": "yes",
        "price": "15.00",
        "currency": "CHF",
        "period": "12",
        "state": "Active",
        "holder": "Regula Zbinden",
        "holder_organization": "Pixelwerk AG",
        "holder_email": "regula@pixelwerk.example",
        "tags": "client",
        "notes": note,
    }
    assert changes.keys() <= cells.keys()
    return list((cells | changes).values())


WRONG = [
    _row("fine: nothing is wrong here", name="good.example"),
    _row("wrong date, there is no such day", expiry="2027-02-31"),
    _row("wrong date, words", expiry="next spring"),
    _row("wrong date, day and month could be either", expiry="03/04/27"),
    _row("unknown category", category="Carrier pigeon"),
    _row("missing category", category=""),
    _row("missing name", name=""),
    _row("missing name, only spaces", name=" \u00a0\u2003 "),
    _row("missing organization", organization=""),
    _row("unknown organization", organization="nobody-knows-us"),
    _row("duplicate, first of two", name="twice.example"),
    _row("duplicate, second of two", name="twice.example"),
    _row("duplicate but for case and spaces", name="  TWICE.example "),
    _row("fine: the same name in another category", name="twice.example", category="Certificate"),
    _row("negative price", price="-15.00"),
    _row("price in words", price="fifteen"),
    _row("price with three decimals", price="15.005"),
    _row("price beyond all reason", price="99999999999999999999"),
    _row("price without a currency", currency=""),
    _row("unknown currency", currency="ZZZ"),
    _row("period of no months", period="0"),
    _row("period of half a month", period="0.5"),
    _row("unknown state", state="Sleeping"),
    _row("auto-renewal neither yes nor no", renews="perhaps"),
    _row("holder e-mail is none", holder_email="regula at pixelwerk"),
    _row("tag longer than 32 characters", tags="client," + "far too long " * 4),
    _row("fine: the same tag three times", tags="Client,client, CLIENT ,", name="tags.example"),
    _row("name longer than anybody can mean", name="x" * 400 + ".example"),
    _row("fine: formula in the name", name='=HYPERLINK("evil.example","click")', category="Other"),
    _row("fine: formula in the identifier", name="formula-1.example", identifier="+1-800-555"),
    _row("fine: formula in a tag", name="formula-2.example", tags="@SUM(A1:A9),-2+3"),
    _row("fine: formula behind a tab", name="formula-3.example", plan="\t=1+1"),
    _row('fine: a line break\nin a cell, with "quotes", commas; and semicolons', name="break.example"),
    _row(
        "fine: composed and decomposed letters",
        name="ba\u0308ckerei-mu\u0308ller.example",
        holder="Zoe\u0308 Lu\u0308thi",
    ),
    _row("duplicate of the one before, composed", name="b\u00e4ckerei-m\u00fcller.example"),
    _row("fine: writing from right to left", name="مثال.example", holder="ليلى حداد"),
    _row("fine: invisible characters, to be taken out", name="invi\u200bsible\u202e\ufeff.example"),
    _row("fine: emoji and letters beyond the first plane", name="🥐-𝒸roissant.example", tags="🥐"),
    _row("fine: full-width letters", name="ｗｉｄｅ.example"),
    _row(
        "fine: no date, no price, no holder",
        name="bare",
        category="Other",
        expiry="",
        price="",
        currency="",
        period="",
        holder="",
        holder_organization="",
        holder_email="",
        tags="",
        identifier="",
        plan="",
        renews="",
    ),
    _row("too few cells")[:7],
    [*_row("too many cells"), "", "surplus", "surplus"],
    [],
    [""] * 16,
    _row("fine: the last row", name="last.example"),
]
