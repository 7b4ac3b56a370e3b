"""Files that people upload are rows, so that a second machine needs no shared folder."""

from __future__ import annotations

from peewee import AutoField, BlobField, CharField, IntegerField

from models.base import Model, UTCField, now, tidy, write


class Upload(Model):
    """One file as it came."""

    id = AutoField()
    name = CharField()
    content = BlobField()
    user_id = IntegerField(null=True)
    organization_id = IntegerField(null=True)
    created_at = UTCField()

    @property
    def data(self) -> bytes:
        """The content, whichever type the database's driver gives."""
        return bytes(self.content)


def keep(name: str, content: bytes, *, user: int | None, organization: int | None = None) -> Upload:
    """Keep a file. Of its name only the last part counts: some browsers send a whole path."""
    short = tidy(name.replace("\\", "/").rsplit("/", 1)[-1])[:200]
    with write():
        made: Upload = Upload.create(
            name=short or "file", content=content, user_id=user, organization_id=organization, created_at=now()
        )
    return made
