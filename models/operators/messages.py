"""The outbox as operators see it: by state, with the server's words, to be tried again."""

from __future__ import annotations

from models import journal, links, outbox
from models.base import fold, like, rows, write
from models.errors import NotFound
from models.operators.paging import Listed, Listing
from models.outbox import FAILED, STATES, Claimed, Message
from models.paging import Edge

COLUMNS = (
    "m.id, m.name, m.to_name, m.to_address, m.state, m.attempts, m.next_at, m.answer, m.created_at, m.sent_at, m.id, "
    "m.id"
)
CHUNK = 500


def page(state: str, search: str, edge: Edge | None) -> Listed:
    """A page of messages, newest first."""
    where: list[str] = []
    params: list[object] = []
    if state in STATES:
        where.append("m.state = ?")
        params.append(state)
    if key := fold(search):
        where.append("(lower(m.to_address) LIKE ? ESCAPE '\\' OR m.name LIKE ? ESCAPE '\\')")
        params += [like(key)] * 2
    return Listing(COLUMNS, "outbox m", "m.id", "m.id", where, params, descending=True).page(edge)


def get(number: int) -> Message:
    """The message with this id. Raises NotFound."""
    found: Message | None = Message.get_or_none(Message.id == number)
    if found is None:
        raise NotFound
    return found


def as_claimed(message: Message) -> Claimed:
    """The message as the one who writes letters takes it."""
    link: links.Link | None = links.Link.get_or_none(links.Link.id == message.link_id) if message.link_id else None
    return Claimed(
        id=message.id,
        name=message.name,
        to_address=message.to_address,
        to_name=message.to_name,
        language=message.language,
        time_zone=message.time_zone,
        user_id=message.user_id,
        organization_id=message.organization_id,
        link_id=message.link_id,
        purpose=link.purpose if link else None,
        context=message.context,
        optional=message.optional,
        message_id=message.message_id,
        attempts=message.attempts,
    )


def retry(message: Message, by: journal.Actor) -> int:
    """Try one failed message anew."""
    return _retry([message.id], by)


def retry_all(by: journal.Actor) -> int:
    """Try every failed message anew; returns how many."""
    found = rows("SELECT id FROM outbox WHERE state = ? ORDER BY organization_id, id", (FAILED,))
    ids = [r[0] for r in found]
    return sum(_retry(ids[start : start + CHUNK], by) for start in range(0, len(ids), CHUNK))


def _retry(ids: list[int], by: journal.Actor) -> int:
    """Each organization reads in its journal how many of its messages these were."""
    with write():
        changed = outbox.retry(ids)
        for organization, count in changed.items():
            journal.record("mail.retried", by=by, organization=organization, count=count)
    return changed.total()
