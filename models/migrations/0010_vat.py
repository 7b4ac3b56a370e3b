"""VAT numbers: what stands of each, and every answer of VIES as evidence."""

from peewee import Database

from models.schema import define

SQL = """
CREATE TABLE vat_standing (
  id {pk}, organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE, number TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'confirmed', 'invalid')), confirmed_at {utc}, asked_at {utc},
  outcome TEXT CHECK (outcome IN ('valid', 'invalid', 'malformed', 'requester', 'blocked', 'unavailable')),
  attempts INTEGER NOT NULL, refusals INTEGER NOT NULL, next_at {utc}, leased_by TEXT,
  UNIQUE (organization_id, number), CHECK (state <> 'confirmed' OR confirmed_at IS NOT NULL)
)
;
CREATE INDEX vat_standing_due ON vat_standing (next_at, id) WHERE next_at IS NOT NULL
;
CREATE INDEX vat_standing_waiting ON vat_standing (id) WHERE state = 'waiting'
;
CREATE TABLE vat_check (
  id {pk}, organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE, number TEXT NOT NULL,
  asked_at {utc} NOT NULL,
  outcome TEXT NOT NULL
    CHECK (outcome IN ('valid', 'invalid', 'malformed', 'requester', 'blocked', 'unavailable')),
  requester TEXT NOT NULL, consultation TEXT NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL,
  raw_answer TEXT NOT NULL, error TEXT NOT NULL
)
;
CREATE INDEX vat_check_by_number ON vat_check (organization_id, number, id)
;
CREATE INDEX vat_check_without_verdict ON vat_check (asked_at)
  WHERE outcome IN ('requester', 'blocked', 'unavailable')
;
CREATE INDEX organization_by_number ON organization (vat_number, id) WHERE vat_number <> ''
"""


def up(migrator: object, database: Database) -> None:
    define(database, SQL)
