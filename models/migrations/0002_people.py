"""Users with their sessions and devices; organizations with members, invitations and appointments."""

from peewee import Database

from models.schema import define

SQL = """
CREATE TABLE users (
  id {pk}, email TEXT NOT NULL, email_key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, phone TEXT NOT NULL,
  language TEXT NOT NULL, time_zone TEXT NOT NULL,
  theme TEXT NOT NULL CHECK (theme IN ('auto', 'light', 'dark')),
  density TEXT NOT NULL CHECK (density IN ('normal', 'compact')),
  product_columns {json} NOT NULL, password_hash TEXT, password_changed_at {utc}, verified_at {utc},
  terms_version TEXT, terms_at {utc}, operator_roles {json} NOT NULL, suspended_at {utc},
  created_at {utc} NOT NULL, version INTEGER NOT NULL
)
;
CREATE TABLE session (
  id {pk}, key_hash TEXT NOT NULL UNIQUE, user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at {utc} NOT NULL, last_used_at {utc} NOT NULL, expires_at {utc} NOT NULL, keep BOOLEAN NOT NULL,
  address TEXT NOT NULL, device TEXT NOT NULL, password_at {utc}, viewing_id BIGINT, viewing_reason TEXT
)
;
CREATE INDEX session_of_user ON session (user_id)
;
CREATE TABLE device (
  id {pk}, user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE, key_hash TEXT NOT NULL,
  label TEXT NOT NULL, first_seen_at {utc} NOT NULL, last_seen_at {utc} NOT NULL, UNIQUE (user_id, key_hash)
)
;
CREATE TABLE organization (
  id {pk}, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL, name_key {sort} NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('individual', 'company', 'association', 'public_body')),
  country TEXT NOT NULL, street TEXT NOT NULL, postcode TEXT NOT NULL, city TEXT NOT NULL, vat_number TEXT NOT NULL,
  language TEXT NOT NULL, time_zone TEXT NOT NULL, billing_email TEXT NOT NULL, terms_version TEXT, terms_at {utc},
  terms_by BIGINT, created_at {utc} NOT NULL, suspended_at {utc}, suspended_reason TEXT, version INTEGER NOT NULL
)
;
CREATE INDEX organization_name ON organization (name_key, id)
;
CREATE TABLE membership (
  id {pk}, organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('legal_representative', 'administrator', 'collaborator', 'external')),
  created_at {utc} NOT NULL, UNIQUE (organization_id, user_id)
)
;
CREATE INDEX membership_user ON membership (user_id)
;
CREATE TABLE invitation (
  id {pk}, organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE, email TEXT NOT NULL,
  email_key TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('legal_representative', 'administrator', 'collaborator', 'external')),
  grants {json} NOT NULL, invited_by BIGINT, invited_by_name TEXT NOT NULL, language TEXT NOT NULL,
  created_at {utc} NOT NULL, sent_at {utc} NOT NULL, expires_at {utc} NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'refused', 'cancelled')), decided_at {utc}
)
;
CREATE UNIQUE INDEX invitation_pending ON invitation (organization_id, email_key) WHERE state = 'pending'
;
CREATE INDEX invitation_address ON invitation (email_key)
;
CREATE INDEX invitation_of_day ON invitation (organization_id, created_at)
;
CREATE TABLE appointment (
  id {pk}, organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE, appointed_by BIGINT,
  appointed_by_name TEXT NOT NULL, steps_down BOOLEAN NOT NULL, created_at {utc} NOT NULL, expires_at {utc} NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'refused', 'cancelled')), decided_at {utc}
)
;
CREATE UNIQUE INDEX appointment_pending ON appointment (organization_id, user_id) WHERE state = 'pending'
"""


def up(migrator: object, database: Database) -> None:
    define(database, SQL)
