"""The ground floor: settings, journal, outbox, links, work."""

from peewee import Database

from models.schema import define

SQL = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value {json})
;
CREATE TABLE journal (
  id {pk}, at {utc} NOT NULL, organization_id BIGINT, user_id BIGINT, actor TEXT NOT NULL, behalf TEXT,
  address TEXT, act TEXT NOT NULL, subject_kind TEXT, subject_id BIGINT, subject TEXT, details {json} NOT NULL
)
;
CREATE INDEX journal_organization ON journal (organization_id, at, id)
;
CREATE INDEX journal_person ON journal (organization_id, user_id, at, id)
;
CREATE INDEX journal_act ON journal (organization_id, act, at, id)
;
CREATE INDEX journal_subject ON journal (subject_kind, subject_id, id)
;
CREATE TABLE links (
  id {pk}, purpose TEXT NOT NULL, user_id BIGINT, organization_id BIGINT, subject_id BIGINT, address TEXT NOT NULL,
  data {json} NOT NULL, created_at {utc} NOT NULL, expires_at {utc}, used_at {utc}, revoked_at {utc}
)
;
CREATE INDEX links_subject ON links (purpose, subject_id)
;
CREATE INDEX links_user ON links (purpose, user_id)
;
CREATE TABLE outbox (
  id {pk}, name TEXT NOT NULL, to_address TEXT NOT NULL, to_name TEXT NOT NULL, language TEXT NOT NULL,
  time_zone TEXT NOT NULL, user_id BIGINT, organization_id BIGINT, link_id BIGINT, context {json} NOT NULL,
  optional BOOLEAN NOT NULL, message_id TEXT NOT NULL UNIQUE, dedupe_key TEXT UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed')), attempts INTEGER NOT NULL,
  next_at {utc} NOT NULL, leased_by TEXT, lease_until {utc}, answer TEXT, created_at {utc} NOT NULL, sent_at {utc}
)
;
CREATE INDEX outbox_due ON outbox (next_at, id) WHERE state IN ('waiting', 'sending')
;
CREATE INDEX outbox_state ON outbox (state, id)
;
CREATE INDEX outbox_organization ON outbox (organization_id, id)
;
CREATE TABLE work (
  id {pk}, kind TEXT NOT NULL, arguments {json} NOT NULL, user_id BIGINT, organization_id BIGINT,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')), progress INTEGER NOT NULL,
  total INTEGER NOT NULL, result {json} NOT NULL, answer TEXT, attempts INTEGER NOT NULL, next_at {utc} NOT NULL,
  leased_by TEXT, created_at {utc} NOT NULL, finished_at {utc}
)
;
CREATE INDEX work_due ON work (next_at, id) WHERE state IN ('waiting', 'running')
;
CREATE TABLE heartbeat (worker TEXT PRIMARY KEY, kind TEXT NOT NULL, at {utc} NOT NULL)
;
CREATE TABLE scheduled_run (
  job TEXT PRIMARY KEY, slot TEXT, started_at {utc}, finished_at {utc}, result TEXT, failed INTEGER NOT NULL
)
;
CREATE TABLE upload (
  id {pk}, name TEXT NOT NULL, content {blob} NOT NULL, user_id BIGINT, organization_id BIGINT,
  created_at {utc} NOT NULL
)
"""


def up(migrator: object, database: Database) -> None:
    define(database, SQL)
