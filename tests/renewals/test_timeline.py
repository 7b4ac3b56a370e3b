"""The timeline: what is counted, summed and named, and that its drawing puts nothing on anything else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blueprints.ground import lettering
from blueprints.renewals import placing, telling
from blueprints.renewals import timeline as drawing
from blueprints.renewals.timeline import NARROW, WIDE, Drawing, Size, draw
from models.account.users import User
from models.organization.organizations import Organization
from models.permissions import Role
from models.products.reach import Reach
from models.renewals import timeline
from models.renewals.timeline import CAP, DAYS, Day, Month, Named, Timeline
from tests import factories
from tests.conftest import Cast, StandingClock
from tests.organization.test_dashboard import count_queries

HERE = date(2026, 11, 22)
Dashboard = Callable[[User], str]


@pytest.fixture
def dashboard(client: FlaskClient, clock: StandingClock) -> Dashboard:
    """The page as a person sees it."""

    def page(person: User) -> str:
        factories.sign_in(client, person)
        return client.get("/o/quillmark-press/").text

    return page


def due(organization: Organization, days: int, name: str | None = None, **values: object) -> int:
    """A product that expires so many days after HERE."""
    return factories.product(organization, name, expires_on=HERE + timedelta(days=days), **values).id


def found(organization: Organization, here: date = HERE) -> Timeline:
    return timeline.of(Reach(organization.id, None), here)


# What is read.


def test_days_are_counted_by_who_renews(cast: Cast) -> None:
    for days in (-1, 0, 0, 60, 61):
        due(cast.organization, days, auto_renew=True)
    for days in (0, 5, 5, 5, 5, 61):
        due(cast.organization, days)
    due(cast.organization, 3, state="cancelled")
    due(factories.organization("Other"), 3)
    ahead = found(cast.organization)
    assert {(one.on - HERE).days: (one.alone, one.by_hand) for one in ahead.days if one.alone or one.by_hand} == {
        0: (2, 1),
        5: (0, 4),
        60: (1, 0),
    }
    assert (ahead.alone, ahead.by_hand, ahead.capped) == (3, 5, False)
    assert (len(ahead.days), ahead.here, ahead.until) == (61, HERE, date(2027, 1, 21))


def test_the_first_few_days_have_names(cast: Cast) -> None:
    for days in range(12):
        for number in range(5):
            due(cast.organization, days, f"d{days:02}-{number}.example")
    ahead = found(cast.organization)
    named = [[product.name for product in one.named] for one in ahead.days]
    assert named[7] == [f"d07-{number}.example" for number in range(3)]
    assert named[8] == []
    assert [product.days_left for product in ahead.named] == [days for days in range(8) for _number in range(3)]


def test_months_have_sums_by_currency_the_largest_first(cast: Cast) -> None:
    for days, minor, currency in (
        (0, 900, "CHF"),
        (9, 5000, "JPY"),
        (20, 2000, "EUR"),
        (21, 900, "EUR"),
        (60, 1, "CHF"),
    ):
        due(cast.organization, days, auto_renew=True, price_minor=minor, currency=currency)
    due(cast.organization, 10, auto_renew=True)
    due(cast.organization, 10, price_minor=99_999, currency="CHF")
    assert found(cast.organization).months == (
        Month(HERE, 1, (("CHF", 900),)),
        Month(date(2026, 12, 1), 4, (("JPY", 5000), ("EUR", 2900))),
        Month(date(2027, 1, 1), 1, (("CHF", 1),)),
    )


@pytest.mark.parametrize(
    ("here", "firsts"),
    [
        (date(2026, 11, 22), [date(2026, 11, 22), date(2026, 12, 1), date(2027, 1, 1)]),
        (date(2028, 1, 31), [date(2028, 1, 31), date(2028, 2, 1), date(2028, 3, 1)]),
        (date(2027, 1, 31), [date(2027, 1, 31), date(2027, 2, 1), date(2027, 3, 1), date(2027, 4, 1)]),
        (date(2027, 7, 1), [date(2027, 7, 1), date(2027, 8, 1)]),
    ],
)
def test_bounds_of_months_and_years(cast: Cast, here: date, firsts: list[date]) -> None:
    for days in range(DAYS + 1):
        due(cast.organization, (here - HERE).days + days, auto_renew=True, price_minor=100, currency="CHF")
    ahead = found(cast.organization, here)
    assert [month.first for month in ahead.months] == firsts
    assert sum(month.alone for month in ahead.months) == DAYS + 1
    assert all(month.sums == (("CHF", 100 * month.alone),) for month in ahead.months)


def test_a_leap_day_is_a_day(cast: Cast) -> None:
    factories.product(cast.organization, "leap.example", expires_on=date(2028, 2, 29))
    assert [one.on for one in found(cast.organization, date(2028, 1, 31)).named] == [date(2028, 2, 29)]


def test_many_are_counted_to_a_cap_and_not_summed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "CAP", 3)
    monkeypatch.setattr(timeline, "SUMMED", 5)
    for days in (1, 1, 1, 1, 1, 40, 40, 40):
        due(cast.organization, days, auto_renew=True, price_minor=100, currency="CHF")
    ahead = found(cast.organization)
    assert ([one.alone for one in ahead.days if one.alone], ahead.capped) == ([3, 3], True)
    assert [month.sums for month in ahead.months] == [(), (), ()]


def test_only_what_is_granted(cast: Cast) -> None:
    member = cast.members[Role.EXTERNAL]
    mine = factories.product(cast.organization, "mine.example", expires_on=HERE, price_minor=700, currency="CHF")
    factories.grant(member, product=mine)
    factories.grant(member, category="mail")
    due(cast.organization, 2, "box", category="mail", auto_renew=True, price_minor=500, currency="CHF")
    for days in range(20):
        due(cast.organization, days, auto_renew=days % 2 == 0, price_minor=900, currency="CHF")
    reach = Reach(cast.organization.id, member.id)
    ahead = timeline.of(reach, HERE)
    assert (ahead.alone, [one.name for one in ahead.named], ahead.by_hand) == (1, ["mine.example"], 1)
    assert ahead.months[0].sums == (("CHF", 500),)
    soonest = timeline.next_alone(reach, HERE)
    assert soonest
    assert soonest.name == "box"


def test_the_work_does_not_grow(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for turn in range(2):
        for days in range(DAYS):
            due(cast.organization, days, auto_renew=True, price_minor=100 + turn, currency="CHF")
            due(cast.organization, days)
        with monkeypatch.context() as patched:
            statements = count_queries(patched)
            found(cast.organization)
        seen.append(statements)
    assert seen[0] == seen[1]
    assert len(seen[0]) == 3


# What is drawn.


def made(alone: dict[int, int], by_hand: dict[int, list[str]], here: date = HERE, **values: object) -> Timeline:
    """A timeline with so many that renew by themselves, and by hand those of these names."""
    days = []
    for number in range(DAYS + 1):
        names, on = by_hand.get(number, []), here + timedelta(days=number)
        waits = [day for day in sorted(by_hand) if day < number]
        named = tuple(Named(number * 100 + place, name, on, number) for place, name in enumerate(names[:3]))
        days.append(Day(on, alone.get(number, 0), len(names), named if len(waits) < 8 else ()))
    firsts = [one.on for one in days if one.on == here or one.on.day == 1]
    months = [
        Month(first, sum(one.alone for one in days if (one.on.year, one.on.month) == (first.year, first.month)))
        for first in firsts
    ]
    return Timeline(tuple(days), tuple(months), **values)  # type: ignore[arg-type]  # only `capped`


def boxes(made: Drawing) -> list[tuple[float, float, float, float]]:
    """Where words stand below the days: left, right, top, foot."""
    tags = [(tag.place.left, tag.place.right, tag.y - 12, tag.y + 20) for tag in made.tags]
    if made.rest:
        wide = lettering.width(made.rest.text, 12)
        tags.append((made.rest.x, made.rest.x + wide, made.rest.y - 12, made.rest.y + 4))
    return tags


def meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


NAMES = st.text("abcdefghijkWMÄß–字 .-", min_size=1, max_size=60)


@pytest.mark.parametrize("locale", ["en", "de", "fr", "it"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    alone=st.dictionaries(st.integers(0, DAYS), st.integers(1, 25), max_size=DAYS),
    by_hand=st.dictionaries(st.integers(0, DAYS), st.lists(NAMES, min_size=1, max_size=5), max_size=30),
    here=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
)
def test_no_words_meet(
    app: Flask, locale: str, alone: dict[int, int], by_hand: dict[int, list[str]], here: date
) -> None:
    ahead = made(alone, by_hand, here)
    with app.test_request_context(), force_locale(locale):
        for size in (WIDE, NARROW):
            drawn = draw(ahead, size)
            placed = boxes(drawn)
            assert not [pair for pair in combinations(placed, 2) if meet(*pair)]
            assert all(left >= 0 and right <= size.width for left, right, _top, _foot in placed)
            assert all(foot <= drawn.height for *_rest, foot in placed)
            leaders = [(m.x, m.x, drawn.axis + 44.5, m.foot) for m in drawn.marks if m.foot]
            own = {tag.place.x for tag in drawn.tags}
            for leader in leaders:
                assert leader[0] in own
                assert not [box for box in placed if meet(leader, box)]
            assert_numbers_are_apart(drawn, size)
            assert len(drawn.marks) == len(by_hand)
            said = sum(one.by_hand for one in ahead.days if any(tag.product in one.named for tag in drawn.tags))
            if drawn.rest:
                assert drawn.rest.text == telling.more(ahead.by_hand - said, ahead)
            elif size.labels:
                assert said == ahead.by_hand


def assert_numbers_are_apart(drawn: Drawing, size: Size) -> None:
    """Numbers of days, of stacks and of months each in their row."""
    words = []
    for text in [*drawn.numbers, *drawn.texts]:
        wide = lettering.width(text.text, 13 if text.kind == "mo" else 12)
        left = text.x - (wide / 2 if text.anchor == "middle" else 0)
        words.append((left, left + wide, text.y - 9, text.y))
        assert text.anchor == "middle" or left + wide <= size.width
    assert not [pair for pair in combinations(words, 2) if meet(*pair)]


def test_the_most_urgent_are_labelled_and_the_rest_counted(app: Flask) -> None:
    by_hand = {days: [f"shop-{days:02}.example"] for days in range(20)}
    with app.test_request_context():
        drawn = draw(made({}, by_hand), WIDE)
    assert [tag.name for tag in drawn.tags] == [f"shop-{days:02}.example" for days in range(len(drawn.tags))]
    assert 3 <= len(drawn.tags) <= 4
    assert drawn.rest
    assert drawn.rest.text == f"+{20 - len(drawn.tags)} more by hand"
    assert [mark.late for mark in reversed(drawn.marks)] == [days <= 7 for days in range(20)]


def test_labels_far_apart_stand_on_the_first_level_and_the_last_ends_at_the_edge(app: Flask) -> None:
    with app.test_request_context():
        drawn = draw(made({}, {2: ["a"], 20: ["b"], 40: ["c"], 60: ["tessaly-notes.example"]}), WIDE)
    assert [(tag.place.level, tag.place.end) for tag in drawn.tags] == [(0, False), (0, False), (0, False), (0, True)]
    assert [tag.under for tag in drawn.tags][:2] == ["24 Nov · expires in 2 days", "12 Dec · by hand"]


def test_dots_and_bars(app: Flask) -> None:
    with app.test_request_context():
        few = draw(made({1: 1, 9: 7, 20: 9}, {}), WIDE)
        many = draw(made({1: 1, 9: 7, 20: 21}, {}), WIDE)
        phone = draw(made({1: 1, 9: 7, 20: 9}, {}), NARROW)
        capped = draw(made({3: CAP}, {}, capped=True), WIDE)
    assert few.dots.count("M") == 1 + 7 + 7
    assert [text.text for text in few.numbers if text.text[0] == "+"] == ["+2"]
    assert not few.bars
    assert phone.dots.count("M") == 1 + 7 + 9
    assert not many.dots
    assert re.findall(r"v-([\d.]+)", many.bars) == ["4.0", "27.7", "83.0"]
    assert {text.text for text in many.numbers} >= {"21", "7", "1"}
    assert "300+" in {text.text for text in capped.numbers}


def test_a_month_says_as_much_as_it_has_room_for(app: Flask) -> None:
    sums = (("CHF", 183_640), ("EUR", 2_000))
    ahead = made({}, {}, date(2026, 11, 26))
    months = tuple(Month(month.first, 44, sums) for month in ahead.months)
    with app.test_request_context():
        drawn = draw(Timeline(ahead.days, months), WIDE)
        late = draw(made({0: 3}, {}, date(2026, 11, 30)), WIDE)
    assert [text.text for text in drawn.texts] == [
        "November",
        "44",
        "December",
        "44 · CHF 1,836.40 + EUR 20.00",
        "January",
        "44 · CHF 1,836.40 + EUR 20.00",
    ]
    assert "November" not in [text.text for text in late.texts], "one day has no room for its name"


@pytest.mark.parametrize(
    ("locale", "month", "day"),
    [("de", "Dezember", "1. Dez."), ("fr", "Décembre", "1 déc."), ("it", "Dicembre", "1 dic")],
)
def test_in_other_languages(app: Flask, locale: str, month: str, day: str) -> None:
    with app.test_request_context(), force_locale(locale):
        drawn = draw(made({}, {9: ["Shop server 02"]}), WIDE)
    assert month in [text.text for text in drawn.texts]
    assert drawn.tags[0].under.startswith(f"{day} · ")


def test_the_sentences_say_what_is_drawn(app: Flask) -> None:
    ahead = made({1: 1, 39: 9, 40: 2}, {2: ["a.example"], 9: ["b.example", "c", "d", "e", "f"]})
    with app.test_request_context():
        assert telling.title(ahead) == "Renewals, 22 Nov 2026 to 21 Jan 2027"
        assert telling.sentences(ahead) == (
            "12 products renew by themselves, most on 31 December. November: 1 product. December: 9 products. "
            "January: 2 products. 6 have to be renewed by hand: a.example on 24 November, b.example on 1 December, "
            "c on 1 December, d on 1 December, +2 more by hand."
        )
        assert telling.sentences(made({}, {})) == "Nothing renews before 21 Jan 2027."
        capped = made({3: CAP, 4: CAP}, {}, capped=True)
        assert telling.sentences(capped).startswith("more than 600 products renew by themselves.")


def test_long_names_are_cut() -> None:
    assert lettering.cut("short", 12, 100) == "short"
    cut = lettering.cut("reading-room-display-in-the-main-hall.example", 12, 100)
    assert cut.endswith("…")
    assert 80 < lettering.width(cut, 12) <= 100
    assert lettering.cut("字" * 30, 12, 100).count("字") == 7
    assert lettering.width("e\u0301", 10) == lettering.width("e", 10)


def test_a_place_that_has_no_room_gives_way_to_the_more_urgent() -> None:
    placed = placing.place([14.0 + number for number in range(8)], [900.0] * 8, lambda number: 50.0, 972)
    assert len(placed.labels) < 4
    assert placed.rest
    assert placing.place([], [], lambda number: 0.0, 972).levels == 0


# What the page shows.


def test_the_dashboard_shows_it(cast: Cast, dashboard: Dashboard) -> None:
    due(cast.organization, 9, "a&b <shop>", auto_renew=False)
    long = "reading-room-display-in-the-main-hall.quillmark.example"
    number = due(cast.organization, 30, long)
    for days in (1, 1, 12):
        due(cast.organization, days, auto_renew=True, price_minor=1840, currency="CHF")
    page = dashboard(cast.representative)
    shown = page.partition('id="sixty"')[2].partition("</section>")[0]
    assert shown.count("<svg") == 2
    assert "style=" not in shown
    assert "2 · CHF 36.80" in shown
    assert "a&amp;b &lt;shop&gt;" in shown
    assert "<shop>" not in shown
    assert f'<a href="/o/quillmark-press/products/{number}"><title>{long} · 22 Dec · by hand</title>' in shown
    assert 'href="/o/quillmark-press/products?expiry=60&amp;state=active&amp;sort=due">As a list<' in shown
    assert "below: needs you" in shown
    assert html.unescape(page).count("3 do so by themselves.") == 1
    assert "Calendar feed" in page
    assert "data-print hidden" in page


def test_who_can_not_renew_is_not_needed(cast: Cast, dashboard: Dashboard) -> None:
    due(cast.organization, 9)
    factories.grant(cast.members[Role.EXTERNAL], category="domain")
    page = dashboard(cast.external)
    assert "below: by hand" in page


def test_sixty_days_without_renewals_are_quiet(cast: Cast, dashboard: Dashboard) -> None:
    page = dashboard(cast.representative)
    assert "Nothing renews before 21 Jan 2027." in page
    assert "The next 60 days" in page
    assert "As a list" not in page
    assert "tl-list" not in page


def test_more_than_was_counted_is_said(cast: Cast, dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (timeline, telling, drawing):
        monkeypatch.setattr(module, "CAP", 2)
    for days in (1, 1, 1, 2, 2):
        due(cast.organization, days, auto_renew=True)
    page = dashboard(cast.representative)
    assert "<b>more than 4 products</b> renew before" in page
