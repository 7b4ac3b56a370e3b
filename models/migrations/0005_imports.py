"""Imports: one row for each file, and what each of its rows would do; the journal by acts of the provider."""

from peewee import Database

from models.schema import define

SQL = """
CREATE TABLE imports (
  id {pk}, kind TEXT NOT NULL CHECK (kind IN ('products', 'organizations', 'people')), name TEXT NOT NULL,
  upload_id BIGINT REFERENCES upload (id) ON DELETE SET NULL,
  organization_id BIGINT REFERENCES organization (id) ON DELETE SET NULL,
  category_id BIGINT REFERENCES category (id), mapping {json} NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('columns', 'comparing', 'ready', 'applying', 'done', 'failed')),
  total INTEGER NOT NULL, counts {json} NOT NULL, result {json} NOT NULL, work_id BIGINT, user_id BIGINT,
  actor TEXT NOT NULL, address TEXT, created_at {utc} NOT NULL, applied_at {utc}
)
;
CREATE TABLE import_row (
  import_id BIGINT NOT NULL REFERENCES imports (id) ON DELETE CASCADE, line INTEGER NOT NULL, verdict TEXT NOT NULL,
  name TEXT NOT NULL, organization_id BIGINT, organization TEXT NOT NULL, changes {json} NOT NULL,
  reason TEXT NOT NULL, reason_values {json} NOT NULL, record {json} NOT NULL, PRIMARY KEY (import_id, line)
)
;
CREATE INDEX import_row_verdict ON import_row (import_id, verdict, line)
;
CREATE INDEX journal_behalf ON journal (id) WHERE behalf IS NOT NULL
"""


def up(migrator: object, database: Database) -> None:
    define(database, SQL)
