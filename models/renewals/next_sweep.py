"""What the next sweep tells each address, without asking for each product whether it was told already.

Deadlines of which as many and the same products were told as there are now are settled, those of which nothing was
told are due as a whole. Only for those in between the sweep's own question is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from models.base import day, marks, rows
from models.renewals.choice import Audience, Choice
from models.renewals.course import Reason, reached, reasons
from models.renewals.due import untold
from models.renewals.notices import ID_SUM
from models.renewals.series import Part, Series


class _Told(NamedTuple):
    """What an address was told of a deadline at one lead time."""

    lead: int
    kind: str
    number: int
    id_sum: int


_Known = dict[tuple[str, date], list[_Told]]


def parts(choice: Choice, ahead: Iterable[tuple[Audience, list[Series]]]) -> dict[str, list[Part]]:
    """The parts of the next mail by address; `ahead` is what each audience is told of, by deadline."""
    known, found, doubtful = _told(choice), defaultdict[str, list[Part]](list), set[date]()
    ways = {auto: reasons(choice.wanted, auto_renew=auto) for auto in (True, False)}
    bound = choice.first + timedelta(days=choice.wanted.furthest)
    for audience, listed in ahead:
        for series in listed:
            if series.expires_on > bound:
                break
            reason = reached(ways[series.auto_renew], series.expires_on, choice.first)
            if reason is None or reason.kind in audience.without:
                continue
            for one in audience.people:
                told = known.get((one.address_key, series.expires_on))
                if not told or all(t.lead > reason.lead for t in told):
                    found[one.address_key].append(series.part(reason))
                elif not _settled(series, reason, told):
                    doubtful.add(series.expires_on)
    return _ascertained(choice, found, doubtful) if doubtful else found


def _settled(series: Series, reason: Reason, told: list[_Told]) -> bool:
    """Whether these very products were told. Others whose ids have the same sum would mislead the preview, and it
    alone: that takes two that went and two that came on one deadline."""
    number = id_sum = 0
    for one in told:
        if one.kind == reason.kind and one.lead <= reason.lead:
            number, id_sum = number + one.number, id_sum + one.id_sum
    return (number, id_sum) == (series.number, series.id_sum)


def _told(choice: Choice) -> _Known:
    """What was told of deadlines that are not long past, by address and deadline."""
    keys = [one.address_key for one in choice.people]
    found: _Known = defaultdict(list)
    for key, expires_on, lead, kind, number, id_sum in rows(
        "SELECT address_key, expires_on, lead, kind, products, id_sum FROM renewal_part "
        f"WHERE organization_id = ? AND address_key IN ({marks(keys)}) AND expires_on >= ?",
        [choice.organization_id, *keys, choice.first - timedelta(days=1)],
    ):
        found[key, day(expires_on) or choice.first].append(_Told(lead, kind, number, id_sum))
    return found


def _ascertained(choice: Choice, found: dict[str, list[Part]], doubtful: set[date]) -> dict[str, list[Part]]:
    """The parts, with those of doubtful deadlines as the sweep finds them."""
    sure = {key: [part for part in listed if part.expires_on not in doubtful] for key, listed in found.items()}
    text, params = untold(choice.first, ("o.id = ?", [choice.organization_id]), [*doubtful])
    for key, kind, lead, expires_on, number, id_sum in rows(
        f"SELECT address_key, kind, lead, expires_on, COUNT(*), {ID_SUM.format(id='id')} FROM ({text}) AS u "
        "GROUP BY address_key, kind, lead, expires_on",
        params,
    ):
        deadline = day(expires_on) or choice.first
        late = deadline - timedelta(days=lead) != choice.first
        sure.setdefault(key, []).append(Part(Reason(kind, lead, late), number, id_sum, deadline))
    return sure
