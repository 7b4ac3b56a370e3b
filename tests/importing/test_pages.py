"""The pages of an import, where more than one tab or a forgotten file is at play, and the limits they name."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from blueprints.ground.languages import LANGUAGES
from models import help as help_centre
from models import limits
from models.base import now
from models.products.importing import imports, places, sheets
from models.products.products import Product
from tests import factories
from tests.conftest import Cast
from tests.importing.loading import lines
from tests.importing.test_imports import SMALL, ready

HEADER = "Organization,Name,Category,Plan\n"
OPTION = re.compile(r'<option value="([^"]+)">([^<]+)</option>(?=.*</datalist>)')
PAIR = re.compile(r"<dt>([^<]+): </dt><dd>([^<]+)</dd>")


@pytest.fixture
def waiting(client: FlaskClient, cast: Cast) -> str:
    """The address of a file that waits to be applied; the operator is signed in."""
    factories.sign_in(client, cast.operator)
    return f"/back-office/imports/{ready(SMALL, cast.organization.id).id}"


def seen(client: FlaskClient, url: str) -> str:
    """What the page of the preview hands to the button that applies it."""
    found = re.search(r'name="turn" value="(\d+)"', client.get(f"{url}/preview").text)
    assert found
    return found[1]


def test_the_preview_that_was_seen_is_applied(client: FlaskClient, waiting: str) -> None:
    assert client.post(f"{waiting}/apply", data={"turn": seen(client, waiting)}).status_code == 303
    assert Product.get().name == "a.example"


def test_a_tab_does_not_apply_what_another_chose(client: FlaskClient, waiting: str, cast: Cast) -> None:
    first = seen(client, waiting)
    columns = {"column-1": "category", "column-2": "name", "organization": cast.organization.slug, "category": "0"}
    assert client.post(f"{waiting}/columns", data=columns).status_code == 303
    for data in ({"turn": first}, {}):
        answer = client.post(f"{waiting}/apply", data=data)
        assert answer.status_code == 409
        assert "another one by now" in answer.text
    assert not Product.select().exists()


def test_an_edge_of_the_preview_that_no_file_has_is_none(client: FlaskClient, waiting: str) -> None:
    assert client.get(f"{waiting}/preview?after={10**30}").status_code == 200


def test_a_forgotten_file_says_so_and_is_discarded(client: FlaskClient, waiting: str) -> None:
    imports.forget(now() + timedelta(seconds=1))
    page = client.get(f"{waiting}/columns", follow_redirects=True)
    assert (page.status_code, "The file was deleted after 30 days. Import it again." in page.text) == (200, True)
    assert "Back to the columns" not in page.text
    assert client.post(f"{waiting}/columns", data={"column-0": "name"}).status_code == 409
    assert client.post(f"{waiting}/discard").status_code == 303


def test_the_page_of_one_that_failed_while_it_was_applied_offers_both_ways(client: FlaskClient, waiting: str) -> None:
    imports.Import.update(state=imports.APPLYING, work_id=None).execute()
    page = client.get(f"{waiting}/result").text
    assert "Apply again" in page
    assert "Discard" in page


def test_an_organization_for_all_rows_that_is_not_there_is_refused_beside_its_field(
    client: FlaskClient, waiting: str
) -> None:
    columns = {"column-0": "name", "column-1": "category", "organization": "nobody", "category": "0"}
    answer = client.post(f"{waiting}/columns", data=columns)
    assert answer.status_code == 422
    assert "There is no organization “nobody”." in answer.text


def test_an_organization_for_all_rows_is_named_as_in_a_row(client: FlaskClient, waiting: str, cast: Cast) -> None:
    columns = {"column-0": "name", "column-1": "category", "category": "0"}
    twin = factories.organization("Brennholm VEREIN", slug="other")
    refused = client.post(f"{waiting}/columns", data={**columns, "organization": "brennholm verein"})
    assert refused.status_code == 422
    assert "Several organizations are called “brennholm verein”. Write the short name of one." in refused.text
    assert 'value="brennholm verein"' in refused.text
    for named, number in (("quillmark  PRESS", cast.organization.id), ("other", twin.id)):
        assert client.post(f"{waiting}/columns", data={**columns, "organization": named}).status_code == 303
        assert imports.Import.get().organization_id == number


def test_organizations_are_offered_as_they_are_found_again(client: FlaskClient, waiting: str, cast: Cast) -> None:
    factories.organization("Brennholm VEREIN", slug="other")
    factories.organization("Other", slug="third")
    offered = dict(OPTION.findall(client.get(f"{waiting}/columns").text))
    assert offered == {
        "Quillmark Press": "quillmark-press",
        "brennholm-verein": "Brennholm Verein",
        "other": "Brennholm VEREIN",
        "third": "Other",
    }
    for written in offered:
        assert places.spelled(places.organization(written)) == written
    some = client.get(f"{waiting}/columns?organization=QUILL", headers={"HX-Target": "datalist#organizations"}).text
    assert ("<h1" in some, dict(OPTION.findall(some))) == (False, {"Quillmark Press": "quillmark-press"})


def test_the_preview_names_the_organizations_that_are_missing(client: FlaskClient, waiting: str) -> None:
    names = ["Ähre", "ÄHRE", "Betula", "Cetus", "Dora", "Erle", "Fichte", "Grau"]
    content = HEADER + "".join(f"{name},a{at},Domain name,\n" for at, name in enumerate(names))
    page = client.get(f"/back-office/imports/{ready(content.encode()).id}/preview").text
    assert "8 rows are refused and left out." in page
    assert "These organizations are not here: Ähre, Betula, Cetus, Dora, Erle and 2 more." in page
    assert "other refused rows" not in page
    assert "/back-office/imports/new?kind=organizations" in page
    chosen = client.get("/back-office/imports/new?kind=organizations").text
    assert re.search(r"<input checked[^>]*value=.organizations.", chosen)


def test_a_new_row_shows_what_it_sets(client: FlaskClient, waiting: str, cast: Cast) -> None:
    columns = "Organization,Name,Category,Expiry date,Price,Auto-renewal,Tags,Notes\n"
    row = f'{cast.organization.slug},z.example,Domain name,2027-03-01,1250.5,yes,"shop, brand",{"n" * 200}\n'
    page = client.get(f"/back-office/imports/{ready((columns + row).encode()).id}/preview").text
    assert dict(PAIR.findall(page)) == {
        "Category": "Domain name",
        "Expiry date": "1 Mar 2027",
        "Auto-renewal": "yes",
        "Price": "CHF 1,250.50",
        "State": "Active",
        "Tags": "shop, brand",
        "Notes": f"{'n' * 119}…",
    }


def test_the_limits_stand_on_the_page_and_in_the_help(client: FlaskClient, cast: Cast) -> None:
    factories.sign_in(client, cast.operator)
    assert f"up to {sheets.MOST_ROWS:,} rows and {sheets.MOST_MEGABYTES} MB" in (
        client.get("/back-office/imports/new").text
    )
    for language in LANGUAGES:
        text = (help_centre.FOLDER / language / "importing-products.md").read_text(encoding="utf-8")
        assert f"{sheets.MOST_ROWS}" in re.sub(r"(?<=\d)[\s,](?=\d{3})", "", text)
        assert re.search(rf"\b{sheets.MOST_MEGABYTES}\sM[Bo]\b", text)


def test_a_file_that_is_too_large_is_refused_beside_its_field(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    factories.sign_in(client, cast.operator)
    file = (io.BytesIO(b"Name\na\nb\nc\n"), "list.csv")
    answer = client.post("/back-office/imports/new", data={"kind": "products", "file": file})
    assert answer.status_code == 422
    assert "This file has more than 2 rows. Split it." in answer.text


def test_the_longest_texts_of_a_file_are_saved_by_the_form_too(client: FlaskClient, cast: Cast) -> None:
    line = "x" * limits.LINE
    row = f"{cast.organization.slug},a,Domain name,{line},{line},{limits.MOST_MONTHS}\n"
    one = ready(f"{HEADER[:-1]},Holder's name,Period\n{row}".encode())
    one.apply(one.turn)
    product = Product.get()
    factories.sign_in(client, cast.operator)
    form = {
        "plan": product.plan,
        "holder_name": product.holder_name,
        "currency": "CHF",
        "period_months": product.period_months,
        "state": "active",
        "version": product.version,
        "price": "5.00",
    }
    assert client.post(f"/back-office/products/{product.id}", data=form).status_code == 303
    [longer] = lines(HEADER + f"{cast.organization.slug},a,Domain name,{line}x\n")
    assert longer.reason % longer.values == f"“{line[:40]}…” is longer than {limits.LINE} characters."


def test_a_price_below_zero_is_refused_by_the_form(client: FlaskClient, cast: Cast) -> None:
    product = factories.product(cast.organization, "a.example")
    factories.sign_in(client, cast.operator)
    form = {"currency": "CHF", "state": "active", "version": product.version, "price": "CHF -5.00"}
    answer = client.post(f"/back-office/products/{product.id}", data=form)
    assert (answer.status_code, "is below zero" in answer.text) == (422, True)
