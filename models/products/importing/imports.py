"""The import: one file on its way from upload to result. Comparing writes nothing but the preview.

While it is compared or written there is a piece of work for it, so that a fault or a crash never leaves it hanging.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import AutoField, CharField, IntegerField, JSONField

from models import journal, settings, uploads, work
from models.base import Model, UTCField, now, rows, stamp, write
from models.errors import N_, Conflict, NotFound, Refused
from models.products.importing import previews, sheets, turns
from models.products.importing.kinds import KINDS, Kind
from models.products.importing.plans import CHANGED, NEW, Applied, Mapping, Options, Tell, chunks, count

COLUMNS, COMPARING, READY, APPLYING, DONE, FAILED = "columns", "comparing", "ready", "applying", "done", "failed"
KEPT = timedelta(days=30)
"""How long a file and its preview stay."""

GONE = N_("The file was deleted after %(days)d days. Import it again.")
BUSY = N_("This file is being worked on. Wait until that is done.")
SMALL = 1_000
"""Files of at most so many rows are dealt with at once; larger ones by background work."""


class Import(Model):
    """One file. `mapping` is field → column; `counts` are those of the preview, `result` what was written."""

    id = AutoField()
    kind = CharField()
    name = CharField()
    upload_id = IntegerField(null=True)
    organization_id = IntegerField(null=True)
    category_id = IntegerField(null=True)
    mapping = JSONField(default=dict)
    state = CharField(default=COLUMNS)
    total = IntegerField(default=0)
    counts = JSONField(default=dict)
    result = JSONField(default=dict)
    work_id = IntegerField(null=True)
    user_id = IntegerField(null=True)
    actor = CharField()
    address = CharField(null=True)
    created_at = UTCField()
    applied_at = UTCField(null=True)

    class Meta:
        table_name = "imports"

    @property
    def of(self) -> Kind:
        """The kind of list."""
        return KINDS[self.kind]

    @property
    def options(self) -> Options:
        """What was chosen for the whole file, and what the provider's settings say where a row says nothing."""
        return options(self.organization_id, self.category_id)

    @property
    def writes(self) -> int:
        """How many rows there are to be written."""
        return int(self.counts.get(NEW, 0)) + int(self.counts.get(CHANGED, 0))

    @property
    def turn(self) -> int:
        """Which comparing or writing it is at: whoever applies a preview says which one they saw."""
        return self.work_id or 0

    def sheet(self) -> sheets.Sheet:
        """The beginning of the file. Raises Conflict once it was forgotten."""
        upload: uploads.Upload | None = uploads.Upload.get_or_none(uploads.Upload.id == self.upload_id)
        if upload is None:
            raise self._gone()
        return sheets.look(upload.data)

    def _gone(self) -> Conflict:
        return Conflict(GONE, days=KEPT.days)

    def _actor(self) -> journal.Person:
        return journal.Person(self.user_id, self.actor, self.address, N_("the provider"))

    def _still(self, *states: str) -> Any:
        """That it is in one of these states, and at the same turn as when it was read."""
        same = Import.work_id.is_null() if self.work_id is None else Import.work_id == self.work_id
        return (Import.id == self.id) & Import.state.in_(states) & same

    def _move(self, before: Sequence[str], state: str, **changes: Any) -> bool:
        """Go to a state, if nobody else did; `before` are the states from which one may."""
        with write():
            moved: int = Import.update(state=state, **changes).where(self._still(*before)).execute()
        return moved == 1

    def _idle(self, *states: str) -> tuple[str, ...]:
        """Those of these states in which nobody works on it: what is under way counts only once that failed."""
        under_way = () if self.trouble else (COMPARING, APPLYING)
        return tuple(state for state in states if state not in under_way)

    @property
    def trouble(self) -> Refused | None:
        """Why it does not go on, if it does not."""
        if self.state == FAILED:
            return Refused(self.result.get("sentence", ""), **self.result.get("values", {}))
        if self.state in (COMPARING, APPLYING):
            job: work.Work | None = work.Work.get_or_none(work.Work.id == self.work_id)
            if job is None or job.state == work.FAILED:
                return Refused(N_("The work on it ended with a fault: %(fault)s"), fault=job.answer if job else "–")
        return None

    def choose(self, mapping: Mapping, organization_id: int | None, category_id: int | None) -> None:
        """Say which column is what; the comparing begins. Raises Refused if a column is missing."""
        self.of.check(mapping, options(organization_id, category_id))
        changes = {"mapping": mapping, "organization_id": organization_id, "category_id": category_id, "counts": {}}
        before = (COLUMNS, READY, FAILED, COMPARING)
        self._take_up("imports.compare", before, COMPARING, BUSY, **changes)

    def apply(self, turn: int) -> None:
        """Write what the preview shows. Raises Conflict if that was begun already, or the preview of `turn` is old."""
        if turn != self.turn and self.state == READY:
            raise Conflict(N_("The preview is another one by now. Look at it, then apply it."))
        waiting = N_("This import is not waiting to be applied.")
        self._take_up("imports.apply", (READY, APPLYING), APPLYING, waiting)

    def _take_up(self, kind: str, before: Sequence[str], state: str, otherwise: str, **changes: Any) -> None:
        """Go to a state, with the work that it takes; raises Conflict with the sentence `otherwise` if it can't."""
        if self.upload_id is None:
            raise self._gone()
        at_once = self.total <= SMALL
        with write():
            job = work.add(kind, {"import": self.id}, user=self.user_id, total=self.total)
            if not self._move(self._idle(*before), state, work_id=job.id, **changes):
                raise Conflict(otherwise)
            if at_once:
                turns.hold(job)
        if at_once:
            turns.do(job, go_on)

    def compare(self, tell: Tell) -> None:
        """Write the preview: the verdict of every row. Raises Refused, and has failed, if the file can't be read."""
        try:
            lines = self.of.compare(self.sheet(), self.mapping, self.options, tell)
        except Refused as fault:
            self._move((COMPARING,), FAILED, result={"sentence": fault.message, "values": fault.values})
            raise
        previews.keep(self.id, lines)
        self._move((COMPARING,), READY, counts=count(lines), total=len(lines))

    def carry_out(self) -> Applied:
        """The write itself, in one transaction with the note that it is done: it can't happen twice."""
        lines = [line for verdict in (NEW, CHANGED) for line in previews.kept(self.id, verdict)]
        act = self.of.prepare(lines, self._actor(), self.name)
        with write():
            if not self._move((APPLYING,), DONE, applied_at=now()):
                raise Conflict(N_("This import was applied already."))
            applied = act()
            result = {"new": applied.new, "changed": applied.changed, "skipped": applied.skipped[:1000]}
            Import.update(result=result).where(Import.id == self.id).execute()
        return applied

    def discard(self) -> None:
        """Give it up: nothing was written, nothing is kept. Raises Conflict once it is written, and while it is."""
        idle = self._idle(COLUMNS, COMPARING, READY, APPLYING, FAILED)
        with write():
            if not Import.delete().where(self._still(*idle)).execute():
                raise Conflict(N_("This import was applied already.") if self.state == DONE else BUSY)
            uploads.Upload.delete().where(uploads.Upload.id == self.upload_id).execute()


def options(organization_id: int | None, category_id: int | None) -> Options:
    """What holds where a row says nothing."""
    said = settings.current()
    return Options(organization_id, category_id, said.provider_country, said.currency, said.language, said.time_zone)


def begin(
    kind: Kind, name: str, content: bytes, by: journal.Actor, *, organization_id: int | None, category_id: int | None
) -> Import:
    """Take a file in. Raises Refused (field `file`) if it can't be read."""
    sheet, total = _read(content)
    with write():
        upload = uploads.keep(name, content, user=by.user_id, organization=organization_id)
        made: Import = Import.create(
            kind=kind.key,
            name=upload.name,
            upload_id=upload.id,
            organization_id=organization_id,
            category_id=category_id,
            mapping=kind.guess(sheet.header),
            total=total,
            user_id=by.user_id,
            actor=by.name,
            address=by.address,
            created_at=now(),
        )
    return made


def _read(content: bytes) -> tuple[sheets.Sheet, int]:
    try:
        sheet = sheets.look(content)
        return sheet, sheet.count()
    except Refused as fault:
        fault.field = "file"
        raise


def go_on(job: work.Work) -> dict[str, Any]:
    """Do the work of an import. It may begin anew; of one that was given up or is at another turn nothing is done."""
    one: Import | None = Import.get_or_none(Import.id == job.arguments["import"], Import.work_id == job.id)
    if one and one.state == COMPARING:
        one.compare(job.advance)
    elif one and one.state == APPLYING:
        applied = one.carry_out()
        return {"import": one.id, "new": applied.new, "changed": applied.changed}
    return {"import": job.arguments["import"]}


def get(number: int) -> Import:
    """The import with this id. Raises NotFound."""
    found: Import | None = Import.get_or_none(Import.id == number)
    if found is None:
        raise NotFound
    return found


def recent(limit: int = 50) -> list[Import]:
    """The latest imports first."""
    return list(Import.select().order_by(Import.id.desc()).limit(limit))


def progress(one: Import) -> tuple[int, int]:
    """How far the background work is: rows done, rows in all."""
    job = work.Work.get_or_none(work.Work.id == one.work_id) if one.work_id else None
    return (job.progress, job.total) if job else (0, one.total)


def forget(older_than: datetime) -> int:
    """Delete files and previews of old imports, which ends those that wait; what was done stays in the journal.

    Returns how many.
    """
    found = rows("SELECT id FROM imports WHERE created_at < ? AND upload_id IS NOT NULL", (stamp(older_than),))
    for part in chunks([number for (number,) in found]):
        with write():
            files = Import.select(Import.upload_id).where(Import.id.in_(part))
            uploads.Upload.delete().where(uploads.Upload.id.in_(files)).execute()
            previews.forget(part)
            ended = {"sentence": GONE, "values": {"days": KEPT.days}}
            Import.update(upload_id=None).where(Import.id.in_(part)).execute()
            Import.update(state=FAILED, result=ended).where(Import.id.in_(part), Import.state != DONE).execute()
    return len(found)
