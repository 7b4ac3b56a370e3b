"""Renewals: preferences, who is told and who does without, and what was told."""

from peewee import Database

from models.schema import define

SQL = """
CREATE TABLE renewal_preference (
  organization_id BIGINT PRIMARY KEY REFERENCES organization (id) ON DELETE CASCADE,
  reminders BOOLEAN NOT NULL, leads INTEGER NOT NULL CHECK (leads BETWEEN 0 AND 127), auto_reminder BOOLEAN NOT NULL,
  confirmation BOOLEAN NOT NULL, invoice BOOLEAN NOT NULL, digest BOOLEAN NOT NULL, to_billing BOOLEAN NOT NULL,
  to_representatives BOOLEAN NOT NULL, to_administrators BOOLEAN NOT NULL, version INTEGER NOT NULL,
  changed_at {utc} NOT NULL
)
;
CREATE TABLE renewal_recipient (
  membership_id BIGINT PRIMARY KEY REFERENCES membership (id) ON DELETE CASCADE
)
;
CREATE TABLE renewal_refusal (
  organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE, address_key TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('reminder', 'renewal', 'expired')), created_at {utc} NOT NULL,
  PRIMARY KEY (organization_id, address_key, kind)
){keyed}
;
CREATE TABLE renewal_batch (id {pk}, day DATE NOT NULL, made_at {utc} NOT NULL)
;
CREATE TABLE renewal_notice (
  product_id BIGINT NOT NULL REFERENCES product (id) ON DELETE CASCADE, address_key TEXT NOT NULL,
  expires_on DATE NOT NULL, lead INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('reminder', 'renewal', 'expired')),
  organization_id BIGINT NOT NULL, sent_on DATE NOT NULL,
  batch_id BIGINT NOT NULL REFERENCES renewal_batch (id),
  PRIMARY KEY (product_id, address_key, expires_on, lead)
){keyed}
;
CREATE INDEX renewal_notice_by_batch ON renewal_notice (batch_id, organization_id, address_key, product_id)
;
CREATE TABLE renewal_mail (
  id {pk}, batch_id BIGINT NOT NULL REFERENCES renewal_batch (id),
  organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE, address_key TEXT NOT NULL,
  product_id BIGINT REFERENCES product (id) ON DELETE CASCADE, kinds INTEGER NOT NULL, products INTEGER NOT NULL
)
;
CREATE INDEX renewal_mail_by_batch ON renewal_mail (batch_id)
;
CREATE INDEX renewal_mail_by_organization ON renewal_mail (organization_id, id)
;
CREATE TABLE renewal_zone (time_zone TEXT PRIMARY KEY, swept_on DATE NOT NULL)
;
CREATE INDEX product_renewing ON product (organization_id, expires_on, auto_renew, category_id, id)
  WHERE state = 'active'
;
CREATE INDEX links_unsubscribe ON links (organization_id, address, subject_id) WHERE purpose = 'unsubscribe'
"""


def up(migrator: object, database: Database) -> None:
    define(database, SQL)
