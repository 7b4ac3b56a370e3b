"""What the demo shows: three organizations, their people in every role, sixty products in six categories.

Names and addresses are invented and end in `.example`, so that no mail can reach anybody.
"""

from __future__ import annotations

from datetime import date, timedelta

from models.permissions import Role

PASSWORD = "oak bench by the river"
OPERATOR = ("olga@tannwald.example", "Olga Tann")

ORGANIZATIONS = """\
Slug,Name,Type,Country,Street,Postcode,City,Language,Time zone,Billing e-mail
quillmark-press,Quillmark Press,Company,CH,Gerbergasse 14,4001,Basel,en,Europe/Zurich,invoices@quillmark.example
brennholm-verein,Brennholm Verein,Association,DE,Am Holm 3,24937,Flensburg,de,Europe/Berlin,kasse@brennholm.example
studio-varnholt,Studio Varnholt,Company,FR,12 quai des Brumes,67000,Strasbourg,fr,Europe/Paris,
"""

PEOPLE = (
    ("quillmark-press", "mira@quillmark.example", "Mira Castellan", Role.LEGAL_REPRESENTATIVE),
    ("quillmark-press", "adrian@quillmark.example", "Adrian Moll", Role.ADMINISTRATOR),
    ("quillmark-press", "jonas@quillmark.example", "Jonas Abegglen", Role.COLLABORATOR),
    ("quillmark-press", "ines@ostrander.example", "Ines Ostrander", Role.EXTERNAL),
    ("brennholm-verein", "tobias@brennholm.example", "Tobias Renk", Role.LEGAL_REPRESENTATIVE),
    ("brennholm-verein", "mira@quillmark.example", "Mira Castellan", Role.ADMINISTRATOR),
    ("studio-varnholt", "lea@varnholt.example", "Léa Varnholt", Role.LEGAL_REPRESENTATIVE),
    ("studio-varnholt", "jonas@quillmark.example", "Jonas Abegglen", Role.EXTERNAL),
)
INVITED = (
    ("quillmark-press", "nadia.brandt@example.org", Role.COLLABORATOR),
    ("brennholm-verein", "kassier@brennholm.example", Role.ADMINISTRATOR),
)
GIVEN = {"jonas@quillmark.example": "domain", "ines@ostrander.example": "newsletter"}

# Name, category, plan, price, period, tags; `{}` becomes the organization's own word.
PRODUCTS = (
    ("{}.example", "domain", "Domain", "15.00", 12, "brand"),
    ("{}-reads.example", "domain", "Domain", "15.00", 12, "brand,campaign"),
    ("my-{}.example", "domain", "Domain with DNSSEC", "18.00", 12, ""),
    ("{}-archive.example", "domain", "Domain", "15.00", 12, "to cancel"),
    ("shop-{}.example", "domain", "Premium domain", "82.80", 12, "shop,brand"),
    ("{}-2027.example", "domain", "Domain", "15.00", 12, "campaign"),
    ("the-{}-family.example", "domain", "Domain with DNSSEC", "18.00", 12, ""),
    ("Website {}.example", "hosting", "Hosting 20", "9.90", 1, "brand"),
    ("Shop {}.example", "hosting", "Hosting 50", "19.90", 1, "shop,critical"),
    ("Intranet {}", "hosting", "Hosting 20", "9.90", 1, "internal"),
    ("Mail {}.example", "mail", "Mail 25", "150.00", 12, "critical"),
    ("Mail archive {}", "mail", "Mail 10", "72.00", 12, "internal"),
    ("web-01.{}.example", "server", "Server M", "34.00", 1, "shop,critical"),
    ("build.{}.example", "server", "Server S", "14.00", 1, "internal"),
    ("reading-room-display-in-the-main-hall.{}.example", "server", "Server S", "14.00", 1, ""),
    ("Drive {}", "drive", "Drive 2 TB", "118.80", 12, "internal"),
    ("Drive board {}", "drive", "Drive 500 GB", "58.80", 12, "internal,board"),
    ("Newsletter {}", "newsletter", "Newsletter 5,000", "24.00", 1, "campaign"),
    ("Members' letter {}", "newsletter", "Newsletter 1,000", "9.00", 1, ""),
    ("Campaigns {}", "newsletter", "Newsletter 1,000", "9.00", 1, "campaign"),
)
DAYS = (2, 5, 9, 16, 23, 28, 34, 41, 47, 55, 63, 80, 96, 120, 151, 190, 230, 275, 320, -3)
"""Days from today to expiry, one for each product; the order is turned for each organization."""

HOLDERS = {"quillmark-press": "Mira Castellan", "brennholm-verein": "Tobias Renk", "studio-varnholt": "Léa Varnholt"}
CURRENCIES = {"quillmark-press": "CHF", "brennholm-verein": "EUR", "studio-varnholt": "EUR"}


def product_list(today: date) -> str:
    """All products as a list to be imported."""
    lines = [
        (
            "Organization,Name,Category,Identifier,Plan,Expires,Auto-renewal,Price,Currency,Period,State,Holder,"
            "Holder email,Tags"
        )
    ]
    for turn, (slug, holder) in enumerate(HOLDERS.items()):
        word = slug.partition("-")[0]
        for number, (name, category, plan, price, period, tags) in enumerate(PRODUCTS):
            days = DAYS[(number * 7 + turn * 5) % len(DAYS)]
            cells = [slug, name.format(word), category, f"{category[:3].upper()}-{turn + 1}{number:03}", plan]
            cells += [(today + timedelta(days=days)).isoformat(), "no" if number % 3 == turn else "yes"]
            cells += [price, CURRENCIES[slug], str(period), "expired" if days < 0 else "active"]
            cells += [holder, f"{word}@holder.example"] if category == "domain" else ["", ""]
            lines.append(",".join(f'"{cell}"' for cell in [*cells, tags]))
    return "\n".join(lines) + "\n"
