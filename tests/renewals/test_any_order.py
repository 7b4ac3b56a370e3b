"""Whatever happens in whatever order, a sweep tells what it must, once, and the preview said so the evening before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from models.access import Access
from models.base import rows
from models.permissions import Role
from models.products.products import Product, keys
from models.renewals import choice, left_out, next_sweep, preferences, recipients, refusals, series, snoozes, sweep
from models.renewals.preferences import AUTO_LEAD, LEADS, OVER
from tests import factories
from tests.conftest import StandingClock, empty

DAY = date(2027, 2, 20)
NEAR = st.one_of(st.integers(-2, 9), st.sampled_from([13, 14, 15, 29, 30, 31, 59, 60, 61]))

MOSTLY = st.sampled_from([True, True, True, False])


def most_urgent(product: Product, wanted: preferences.Preference, day: date) -> tuple[str, int] | None:
    """The rule of the issue, told once more in the plainest words."""
    if product.expires_on is None or product.state != "active":
        return None
    left = (product.expires_on - day).days
    if left < 0:
        return "expired", OVER
    if product.auto_renew:
        return ("renewal", AUTO_LEAD) if wanted.auto_reminder and left <= AUTO_LEAD else None
    reached = [lead for lead in wanted.chosen if left <= lead] if wanted.reminders else []
    return ("reminder", min(reached)) if reached else None


class Renewals(RuleBasedStateMachine):
    """One organization with a legal representative, an administrator and a collaborator, over some months."""

    clock: StandingClock

    @initialize()
    def begin(self) -> None:
        empty()
        self.day = DAY
        self._at(7)
        self.organization = factories.organization("Quillmark Press", time_zone="UTC")
        self.roles = (Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR, Role.COLLABORATOR)
        self.members = {role: factories.member(self.organization, role=role) for role in self.roles}
        self.tag = factories.tag(self.organization, "let go")
        self.told: set[tuple[int, str, date, int, date]] = set()
        self.snoozed: dict[int, tuple[date, date]] = {}
        self._change(leads=LEADS)
        for number, days in enumerate(range(-1, 65, 3)):
            self.add(
                days, auto=number % 3 == 0, hosting=number % 4 == 0, tagged=number % 5 == 0, granted=number % 2 == 0
            )

    def _at(self, hour: int) -> None:
        self.clock.moment = datetime(self.day.year, self.day.month, self.day.day, hour, tzinfo=UTC)

    @property
    def by(self) -> Access:
        return factories.access_of(self.members[Role.LEGAL_REPRESENTATIVE])

    def _change(self, **changes: Any) -> None:
        version = preferences.of(self.organization.id).version
        preferences.change(self.by, version=version, **changes)

    def _products(self) -> list[Product]:
        return list(Product.select().order_by(Product.id))

    @rule(days=NEAR, auto=st.booleans(), hosting=st.booleans(), tagged=st.booleans(), granted=st.booleans())
    def add(self, days: int, *, auto: bool, hosting: bool, tagged: bool, granted: bool) -> None:
        made = factories.product(
            self.organization,
            category="hosting" if hosting else "domain",
            expires_on=self.day + timedelta(days=days),
            auto_renew=auto,
        )
        if tagged:
            factories.set_tag(self.tag, made)
        if granted:
            factories.grant(self.members[Role.COLLABORATOR], product=made)

    @precondition(lambda self: self._products())
    @rule(data=st.data(), days=NEAR, auto=st.booleans())
    def move(self, data: st.DataObject, days: int, *, auto: bool) -> None:
        """Another deadline is another series; a product that had expired is active again."""
        product = data.draw(st.sampled_from(self._products()))
        deadline = self.day + timedelta(days=days)
        derived = keys(product.name, product.identifier, deadline)
        Product.update(expires_on=deadline, auto_renew=auto, state="active", **derived).where(
            Product.id == product.id
        ).execute()

    @precondition(lambda self: self._products())
    @rule(data=st.data(), days=st.integers(1, 40))
    def snooze(self, data: st.DataObject, days: int) -> None:
        product, until = data.draw(st.sampled_from(self._products())), self.day + timedelta(days=days)
        if product.state == "active" and product.expires_on and until <= product.expires_on:
            snoozes.snooze(self.by, product, until)
            self.snoozed[product.id] = (product.expires_on, until)

    @precondition(lambda self: self.snoozed)
    @rule(data=st.data())
    def wake(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.snoozed)))
        snoozes.wake(self.by, Product.get_by_id(number))
        del self.snoozed[number]

    @rule(leads=st.sets(st.sampled_from(LEADS)), on=MOSTLY, auto=MOSTLY, single=st.booleans())
    def choose(self, leads: set[int], *, on: bool, auto: bool, single: bool) -> None:
        self._change(leads=leads, reminders=on, auto_reminder=auto, digest=not single)

    @rule(administrators=st.booleans(), named=st.booleans())
    def tell(self, *, administrators: bool, named: bool) -> None:
        self._change(to_administrators=administrators)
        people = [self.members[Role.COLLABORATOR].id] if named else []
        version = preferences.of(self.organization.id).version
        recipients.choose(self.by, version=version, memberships=people)

    @rule(hosting=st.booleans(), tagged=st.booleans())
    def leave_out(self, *, hosting: bool, tagged: bool) -> None:
        hosting_id = rows("SELECT id FROM category WHERE key = 'hosting'")[0][0]
        version = preferences.of(self.organization.id).version
        out = {"categories": [hosting_id] if hosting else [], "tags": [self.tag.id] if tagged else []}
        left_out.choose(self.by, version=version, **out)

    @rule(kinds=st.sets(st.sampled_from(["reminder", "renewal", "expired"])))
    def refuse(self, kinds: set[str]) -> None:
        refusals.choose(self.organization.id, self.members[Role.LEGAL_REPRESENTATIVE].user.email_key, kinds)

    @rule(days=st.integers(1, 9))
    def nothing_runs(self, days: int) -> None:
        """An outage: days pass without a sweep."""
        self.day += timedelta(days=days)
        self._at(7)

    @rule(days=st.integers(1, 8), times=st.integers(1, 2))
    def mornings(self, days: int, times: int) -> None:
        """The sweeps of the next days, each once or twice."""
        for _ in range(days):
            self._morning(times)

    def _morning(self, times: int) -> None:
        self.day += timedelta(days=1)
        self._at(7)
        expected, foreseen = self._expected(), self._foreseen()
        self._at(9)
        for _ in range(times):
            sweep.keep(self.clock.moment)
        found = {
            (number, key, date.fromisoformat(str(on)), lead, date.fromisoformat(str(sent)))
            for number, key, on, lead, sent in rows(
                "SELECT product_id, address_key, expires_on, lead, sent_on FROM renewal_notice"
            )
        }
        assert found - self.told == expected
        assert self.told <= found
        assert foreseen == self._counted(expected)
        self.told = found
        late = Product.select().where(Product.state == "active", Product.expires_on < self.day)
        assert not late.exists()

    def _expected(self) -> set[tuple[int, str, date, int, date]]:
        wanted, out = preferences.of(self.organization.id), left_out.of(self.organization.id)
        due: set[tuple[int, str, date, int, date]] = set()
        for product in self._products():
            reason = most_urgent(product, wanted, self.day)
            if reason is None or product.category_id in out.categories or (out.tags and self._is_tagged(product)):
                continue
            kind, lead = reason
            deadline, until = self.snoozed.get(product.id, (None, self.day))
            if deadline == product.expires_on and until > self.day and lead != OVER:
                continue
            for key in self._told_of(product, kind):
                before = [t for t in self.told if t[:2] == (product.id, key)]
                if not any((t[2] == product.expires_on and t[3] <= lead) or t[4] == self.day for t in before):
                    assert product.expires_on is not None
                    due.add((product.id, key, product.expires_on, lead, self.day))
        return due

    def _is_tagged(self, product: Product) -> bool:
        return bool(rows("SELECT 1 FROM product_tag WHERE product_id = ?", (product.id,)))

    def _told_of(self, product: Product, kind: str) -> list[str]:
        """Who hears of a product: by role, by name and only of what was given, and not against their will."""
        wanted = preferences.of(self.organization.id)
        told = [self.members[Role.LEGAL_REPRESENTATIVE]]
        told += [self.members[Role.ADMINISTRATOR]] if wanted.to_administrators else []
        named = rows("SELECT 1 FROM renewal_recipient")
        given = rows("SELECT 1 FROM product_grant WHERE product_id = ?", (product.id,))
        told += [self.members[Role.COLLABORATOR]] if named and given else []
        keys_of = [member.user.email_key for member in told]
        return [key for key in keys_of if kind not in refusals.of(self.organization.id, key)]

    def _foreseen(self) -> dict[tuple[str, int], int]:
        """What the preview says of the next sweep: address and lead time, with the number of products."""
        found = choice.read(self.organization.id)
        assert found.first == self.day
        ahead = [(one, series.ahead(found, one, self.day)) for one in found.audiences()]
        counted: dict[tuple[str, int], int] = {}
        for key, parts in next_sweep.parts(found, ahead).items():
            for part in parts:
                counted[key, part.reason.lead] = counted.get((key, part.reason.lead), 0) + part.number
        return counted

    @staticmethod
    def _counted(due: set[tuple[int, str, date, int, date]]) -> dict[tuple[str, int], int]:
        counted: dict[tuple[str, int], int] = {}
        for _number, key, _deadline, lead, _day in due:
            counted[key, lead] = counted.get((key, lead), 0) + 1
        return counted


def test_whatever_happens_nobody_is_told_twice_and_nobody_is_missed(
    app: Flask, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Renewals, "clock", clock, raising=False)
    run_state_machine_as_test(
        Renewals,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
