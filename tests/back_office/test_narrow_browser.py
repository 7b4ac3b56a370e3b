"""In a browser as narrow as a phone: names without a place to break widen no page of the back office."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import FloatRect, Page

from models import outbox, runs, settings, work
from models.account.users import User
from models.base import now, today
from models.organization.organizations import Organization
from models.products.importing import imports
from models.products.importing.kinds import KINDS
from models.products.products import Category
from tests import factories
from tests.conftest import Cast
from tests.importing.loading import PROVIDER
from tests.narrow import UNBROKEN, WIDTH, check

DESK = 1280
ADDRESS = f"{UNBROKEN[:64]}@{'a' * 60}.{'b' * 60}.example"
PATHS = (
    "/",
    "/organizations",
    "/organizations?q=nobody",
    "/organizations/new",
    "/organizations/{organization}",
    "/organizations/{organization}?ask=suspend",
    "/organizations/{organization}?ask=view",
    "/organizations/{organization}?ask=mails",
    "/users",
    "/users?who=pending",
    "/users?who=pending&ask=mails",
    "/users/{user}",
    "/users/{user}?ask=suspend",
    "/products",
    "/products?organization={organization}",
    "/products/{product}",
    "/categories",
    "/categories/new",
    "/categories/{category}",
    "/imports",
    "/imports/new",
    "/outbox",
    "/outbox?state=failed",
    "/outbox/{message}",
    "/outbox/files",
    "/outbox/files/letter",
    "/jobs",
    "/settings",
    "/kit",
)


@pytest.fixture
def numbers(cast: Cast, data_folder: Path) -> dict[str, int]:
    """A world in which everything has such a name; what the paths name."""
    settings.business().save(provider_name=UNBROKEN)
    Organization.update(name=UNBROKEN, street=UNBROKEN, city=UNBROKEN[:80], vat_number="C" * 40).execute()
    User.update(name=UNBROKEN).execute()
    waiting = factories.user(UNBROKEN, email=ADDRESS)
    User.update(password_hash=None, verified_at=None, phone="0" * 40).where(User.id == waiting.id).execute()
    factories.member(cast.organization, waiting)
    product = long_product(cast.organization)
    runs.note("backup.daily")
    runs.Run.update(fault=UNBROKEN).execute()
    work.beat(UNBROKEN, "worker")
    work.add(UNBROKEN, {})
    write_letter(data_folder)
    return {
        "organization": cast.organization.id,
        "user": waiting.id,
        "product": product,
        "category": long_category(),
        "message": long_message(cast),
    }


def long_product(organization: Organization) -> int:
    """A product whose every text is long; the organization is suspended for a long reason afterwards."""
    texts = dict.fromkeys(("identifier", "plan", "holder_name", "holder_organization"), UNBROKEN)
    made = factories.product(
        organization, UNBROKEN * 2, expires_on=today("UTC"), price_minor=10**12, currency="CHF", **texts
    )
    organization.reload().suspend(UNBROKEN, PROVIDER)
    return made.id


def long_category() -> int:
    """A category besides the shipped ones."""
    made: Category = Category.create(key="long", name=UNBROKEN, icon="globe", position=99, created_at=now())
    return made.id


def long_message(cast: Cast) -> int:
    """A message that the server refused in one long word."""
    outbox.post("test_mail", outbox.Recipient(ADDRESS, UNBROKEN), organization=cast.organization.id)
    outbox.Message.update(state="failed", attempts=8, answer=f"550 {UNBROKEN}").execute()
    found: int = outbox.Message.get().id
    return found


def write_letter(folder: Path) -> None:
    """A mail in a file."""
    (folder / "mail").mkdir(exist_ok=True)
    head = f"From: {ADDRESS}\nTo: {ADDRESS}\nSubject: {UNBROKEN}\nDate: Sun, 22 Nov 2026 09:14:00 +0000\n"
    (folder / "mail" / "letter.eml").write_text(f"{head}\n{UNBROKEN}\nhttp://localhost/{UNBROKEN}\n")


def file_of(kind: str, content: str) -> imports.Import:
    """A file that was just read, under a long name."""
    return imports.begin(
        KINDS[kind], f"{UNBROKEN}.csv", content.encode(), PROVIDER, organization_id=None, category_id=None
    )


def compared(kind: str, content: str) -> imports.Import:
    """A file that waits to be applied."""
    one = file_of(kind, content)
    imports.get(one.id).choose(one.mapping, None, None)
    return imports.get(one.id)


PRODUCTS = f"""Organization,Name,Category,Plan,Tags,Notes,{UNBROKEN}
quillmark-press,{UNBROKEN}{UNBROKEN},Domain name,{UNBROKEN},,,{UNBROKEN}
quillmark-press,{UNBROKEN},Domain name,{UNBROKEN},{"t" * 32},{UNBROKEN * 3},{UNBROKEN}
{UNBROKEN},{UNBROKEN},Domain name,,,,
quillmark-press,{UNBROKEN},{UNBROKEN},,,,
"""
ORGANIZATIONS = f"Name,Street,VAT number\n{UNBROKEN[:-1]},{UNBROKEN},\n{UNBROKEN},,{'9' * 40}\n"
PEOPLE = f"E-mail,Name,Organization,Role\n{ADDRESS},{UNBROKEN},quillmark-press,Administrator\n"
PEOPLE += f"a{ADDRESS[1:]},{UNBROKEN},brennholm-verein,Collaborator\n"


def test_no_page_is_widened_by_a_name(narrow: Page, server: str, cast: Cast, numbers: dict[str, int]) -> None:
    factories.sign_in_browser(narrow.context, server, cast.operator)
    file_of("products", PRODUCTS)
    check(narrow, [f"{server}/back-office{path}".format(**numbers) for path in PATHS])
    narrow.goto(f"{server}/back-office/users?who=pending&ask=mails")
    narrow.get_by_role("button", name="Send 1 mail").click()
    check(narrow, [f"{server}/back-office/users?who=pending", f"{server}/back-office/outbox"])


def test_no_page_of_a_desk_is_widened(narrow: Page, server: str, cast: Cast, numbers: dict[str, int]) -> None:
    factories.sign_in_browser(narrow.context, server, cast.operator)
    narrow.set_viewport_size({"width": DESK, "height": 850})
    imported = f"/imports/{compared('products', PRODUCTS).id}/preview"
    check(narrow, [f"{server}/back-office{path}".format(**numbers) for path in (*PATHS, imported)], DESK)


def test_no_step_of_an_import_is_widened(narrow: Page, server: str, cast: Cast, numbers: dict[str, int]) -> None:
    factories.sign_in_browser(narrow.context, server, cast.operator)
    home = f"{server}/back-office/imports"
    urls = [f"{home}/{file_of('products', PRODUCTS).id}/columns"]
    for kind, content in (("products", PRODUCTS), ("organizations", ORGANIZATIONS), ("people", PEOPLE)):
        one = compared(kind, content)
        urls += [f"{home}/{one.id}/columns", f"{home}/{one.id}/preview", f"{home}/{one.id}/preview?verdict=refused"]
    check(narrow, urls)
    imports.Import.update(organization_id=cast.organization.id).execute()
    check(narrow, [urls[0]])
    one.apply(one.turn)
    failed = compared("products", PRODUCTS)
    imports.Import.update(state=imports.FAILED, result={"sentence": "%(x)s", "values": {"x": UNBROKEN}}).where(
        imports.Import.id == failed.id
    ).execute()
    check(narrow, [f"{home}/{one.id}/result", f"{home}/{failed.id}/preview", home, f"{server}/back-office/jobs"])


def test_what_is_refused_widens_no_form(narrow: Page, server: str, cast: Cast, numbers: dict[str, int]) -> None:
    factories.sign_in_browser(narrow.context, server, cast.operator)
    narrow.goto(f"{server}/back-office/imports/{file_of('products', PRODUCTS).id}/columns")
    narrow.get_by_label("One organization for all rows").fill(UNBROKEN[1:])
    narrow.get_by_role("button", name="Show what would happen").click()
    assert narrow.get_by_role("alert").is_visible()
    assert narrow.evaluate("document.documentElement.scrollWidth") <= WIDTH


def test_looking_on_widens_no_page(narrow: Page, server: str, cast: Cast, numbers: dict[str, int]) -> None:
    factories.sign_in_browser(narrow.context, server, cast.operator)
    narrow.goto(f"{server}/back-office/organizations/{numbers['organization']}?ask=view")
    narrow.get_by_label("Reason").fill("Asked for help")
    narrow.get_by_role("button", name="Look on").click()
    check(narrow, [f"{server}/o/{cast.organization.slug}/"])
    narrow.get_by_role("button", name="Stop viewing").click()
    assert narrow.evaluate("document.documentElement.scrollWidth") <= WIDTH


def overlap(one: FloatRect, other: FloatRect) -> bool:
    """Whether two boxes lie over each other."""
    beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
    return not beside and one["y"] < other["y"] + other["height"] and other["y"] < one["y"] + one["height"]


@pytest.mark.parametrize("name", ["Domain name", UNBROKEN])
def test_what_is_done_with_a_category_stands_side_by_side(narrow: Page, server: str, cast: Cast, name: str) -> None:
    long_category()
    factories.sign_in_browser(narrow.context, server, cast.operator)
    narrow.goto(f"{server}/back-office/categories")
    row = narrow.get_by_role("row", name=name)
    shown = [row.get_by_role("link").bounding_box(), row.locator("summary").bounding_box()]
    shown += [button.bounding_box() for button in row.get_by_role("button", name="Move").all()]
    boxes = [box for box in shown if box]
    assert len(boxes) == 4
    assert not any(overlap(*pair) for pair in combinations(boxes, 2))
    narrow.get_by_role("button", name=f"Move {name} down").click()
    assert narrow.get_by_text(f"{name} is moved.").is_visible()
