"""The import: one file on its way from upload to result. Comparing writes nothing but the preview."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import AutoField, CharField, IntegerField, JSONField

from models import journal, settings, uploads, work
from models.base import Model, UTCField, marks, now, rows, run, stamp, write
from models.errors import N_, Conflict, NotFound, Refused
from models.products.importing import sheets
from models.products.importing.kinds import KINDS, Kind
from models.products.importing.plans import CHANGED, NEW, Applied, Line, Mapping, Options, Tell, chunks, count

COLUMNS, COMPARING, READY, APPLYING, DONE, FAILED = "columns", "comparing", "ready", "applying", "done", "failed"
KEPT = timedelta(days=30)
"""How long a file and its preview stay."""

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

    def sheet(self) -> sheets.Sheet:
        """The file, read. Raises NotFound once it was forgotten."""
        upload: uploads.Upload | None = uploads.Upload.get_or_none(uploads.Upload.id == self.upload_id)
        if upload is None:
            raise NotFound
        return sheets.read(upload.data)

    def _actor(self) -> journal.Person:
        return journal.Person(self.user_id, self.actor, self.address, N_("the provider"))

    def _move(self, before: Sequence[str], state: str, **changes: Any) -> bool:
        """Go to a state, if nobody else did; `before` are the states from which one may."""
        with write():
            moved: int = (
                Import.update(state=state, **changes).where(Import.id == self.id, Import.state.in_(before)).execute()
            )
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
        if self.state in (COMPARING, APPLYING) and self.work_id:
            job: work.Work | None = work.Work.get_or_none(work.Work.id == self.work_id)
            if job is None or job.state == work.FAILED:
                return Refused(N_("The work on it ended with a fault: %(fault)s"), fault=job.answer if job else "–")
        return None

    def choose(self, mapping: Mapping, organization_id: int | None, category_id: int | None) -> None:
        """Say which column is what; the comparing begins. Raises Refused if a column is missing."""
        self.of.check(mapping, options(organization_id, category_id))
        changes = {"mapping": mapping, "organization_id": organization_id, "category_id": category_id, "counts": {}}
        if not self._move(self._idle(COLUMNS, READY, FAILED, COMPARING), COMPARING, **changes):
            raise Conflict(N_("This file is being worked on. Wait until that is done."))
        _do_now_or_later("imports.compare", self)

    def compare(self, tell: Tell) -> None:
        """Write the preview: the verdict of every row."""
        kind, sheet = self.of, self.sheet()
        lines = kind.compare(sheet, self.mapping, self.options, tell)
        with write():
            run("DELETE FROM import_row WHERE import_id = ?", (self.id,))
        for part in chunks(lines):
            _keep(self.id, part)
        self._move((COMPARING,), READY, counts=count(lines), total=len(lines))

    def apply(self) -> None:
        """Write what the preview shows. Raises Conflict if that was begun already."""
        if not self._move(self._idle(READY, APPLYING), APPLYING):
            raise Conflict(N_("This import is not waiting to be applied."))
        _do_now_or_later("imports.apply", self)

    def carry_out(self) -> Applied:
        """The write itself, in one transaction with the note that it is done: it can't happen twice."""
        lines = [line for verdict in (NEW, CHANGED) for line in _kept(self.id, verdict)]
        act = self.of.prepare(lines, self._actor(), self.name)
        with write():
            if not self._move((APPLYING,), DONE, applied_at=now()):
                raise Conflict(N_("This import was applied already."))
            applied = act()
            result = {"new": applied.new, "changed": applied.changed, "skipped": applied.skipped[:1000]}
            Import.update(result=result).where(Import.id == self.id).execute()
        return applied

    def fail(self, fault: Refused) -> None:
        """It could not be read or written; the page says why."""
        self._move((COMPARING, APPLYING), FAILED, result={"sentence": fault.message, "values": fault.values})

    def discard(self) -> None:
        """Give it up: nothing was written, nothing is kept."""
        with write():
            if not Import.delete().where(Import.id == self.id, Import.state.not_in((APPLYING, DONE))).execute():
                raise Conflict(N_("This import was applied already."))
            uploads.Upload.delete().where(uploads.Upload.id == self.upload_id).execute()


def options(organization_id: int | None, category_id: int | None) -> Options:
    """What holds where a row says nothing."""
    said = settings.current()
    return Options(organization_id, category_id, said.provider_country, said.currency, said.language, said.time_zone)


def begin(
    kind: Kind, name: str, content: bytes, by: journal.Actor, *, organization_id: int | None, category_id: int | None
) -> Import:
    """Take a file in. Raises Refused (field `file`) if it can't be read."""
    try:
        sheet = sheets.read(content)
    except Refused as fault:
        fault.field = "file"
        raise
    with write():
        upload = uploads.keep(name, content, user=by.user_id, organization=organization_id)
        made: Import = Import.create(
            kind=kind.key,
            name=upload.name,
            upload_id=upload.id,
            organization_id=organization_id,
            category_id=category_id,
            mapping=kind.guess(sheet.header),
            total=len(sheet.rows),
            user_id=by.user_id,
            actor=by.name,
            address=by.address,
            created_at=now(),
        )
    return made


def _do_now_or_later(kind: str, one: Import) -> None:
    if one.total > SMALL:
        with write():
            job = work.add(kind, {"import": one.id}, user=one.user_id, total=one.total)
            Import.update(work_id=job.id).where(Import.id == one.id).execute()
        return
    fresh = get(one.id)
    if kind == "imports.compare":
        fresh.compare(lambda done, total: None)
    else:
        fresh.carry_out()


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


_WRITING = "import_id, line, verdict, name, organization_id, organization, changes, reason, reason_values, record"
_READING = "line, verdict, name, organization_id, organization, changes, reason, reason_values, record"


def _keep(number: int, lines: Sequence[Line]) -> None:
    """Write rows of the preview in one statement."""
    params: list[Any] = []
    for line in lines:
        params += (number, line.number, line.verdict, line.name, line.organization_id, line.organization)
        params += (_json(line.changes), line.reason, _json(line.values), _json(line.record))
    places = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(lines))
    with write():
        run(f"INSERT INTO import_row ({_WRITING}) VALUES {places}", params)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _line(row: tuple[Any, ...]) -> Line:
    line, verdict, name, organization_id, organization, changes, reason, values, record = row
    return Line(
        line, verdict, name, organization_id, organization, _read(changes), reason, _read(values), _read(record)
    )


def _read(value: Any) -> Any:
    """A JSON column as raw SQL gives it: text on SQLite, already read on PostgreSQL."""
    return json.loads(value) if isinstance(value, str) else value


def _kept(number: int, verdict: str) -> list[Line]:
    found = rows(f"SELECT {_READING} FROM import_row WHERE import_id = ? AND verdict = ?", (number, verdict))
    return [_line(row) for row in found]


def preview(number: int, verdict: str, after: int = 0, before: int = 0, size: int = 50) -> list[Line]:
    """A page of the preview by line number: those `after` a line, or the last ones `before` it."""
    where, params = ["import_id = ?"], [number]
    if verdict:
        where.append("verdict = ?")
        params.append(verdict)  # type: ignore[arg-type]  # parameters of a query may mix
    where.append("line < ?" if before else "line > ?")
    order = "DESC" if before else "ASC"
    found = rows(
        f"SELECT {_READING} FROM import_row WHERE {' AND '.join(where)} ORDER BY line {order} LIMIT ?",
        (*params, before or after, size),
    )
    return [_line(row) for row in (reversed(found) if before else found)]


def forget(older_than: datetime) -> int:
    """Drop files and previews of old imports; what was done stays in the journal. Returns how many."""
    old = [
        r[0]
        for r in rows("SELECT id FROM imports WHERE created_at < ? AND upload_id IS NOT NULL", (stamp(older_than),))
    ]
    for part in chunks(old):
        with write():
            run(f"DELETE FROM import_row WHERE import_id IN ({marks(part)})", part)
            run(f"DELETE FROM upload WHERE id IN (SELECT upload_id FROM imports WHERE id IN ({marks(part)}))", part)
    return len(old)
