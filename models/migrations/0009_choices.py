"""Renewals: what is left out, what is snoozed, what was told in numbers, and the calendar feed of a person."""

from peewee import Database

from models.schema import define

SQL = """
CREATE TABLE renewal_left_out_category (
  organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  category_id BIGINT NOT NULL REFERENCES category (id) ON DELETE CASCADE, PRIMARY KEY (organization_id, category_id)
){keyed}
;
CREATE TABLE renewal_left_out_tag (
  organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  tag_id BIGINT NOT NULL REFERENCES tag (id) ON DELETE CASCADE, PRIMARY KEY (organization_id, tag_id)
){keyed}
;
CREATE INDEX renewal_left_out_tag_by_tag ON renewal_left_out_tag (tag_id)
;
CREATE TABLE renewal_snooze (
  product_id BIGINT PRIMARY KEY REFERENCES product (id) ON DELETE CASCADE, organization_id BIGINT NOT NULL,
  expires_on DATE NOT NULL, until DATE NOT NULL, CHECK (until <= expires_on)
)
;
CREATE INDEX renewal_snooze_by_organization ON renewal_snooze (organization_id, until)
;
CREATE TABLE renewal_part (
  organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE, address_key TEXT NOT NULL,
  expires_on DATE NOT NULL, lead INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('reminder', 'renewal', 'expired')),
  batch_id BIGINT NOT NULL REFERENCES renewal_batch (id), products INTEGER NOT NULL, id_sum BIGINT NOT NULL,
  PRIMARY KEY (organization_id, address_key, expires_on, lead, kind, batch_id)
){keyed}
;
DROP INDEX renewal_notice_by_batch
;
CREATE INDEX renewal_notice_by_batch
  ON renewal_notice (batch_id, organization_id, address_key, expires_on, lead, kind, product_id)
;
CREATE INDEX renewal_part_by_batch ON renewal_part (batch_id, organization_id, address_key)
;
INSERT INTO renewal_part (organization_id, address_key, expires_on, lead, kind, batch_id, products, id_sum)
SELECT organization_id, address_key, expires_on, lead, kind, batch_id, COUNT(*),
  CAST(SUM(product_id) AS BIGINT)
FROM renewal_notice GROUP BY organization_id, address_key, expires_on, lead, kind, batch_id
;
DROP INDEX product_renewing
;
CREATE INDEX product_renewing ON product (organization_id, expires_on, auto_renew, category_id, state, id)
  WHERE state = 'active'
;
CREATE INDEX renewal_mail_by_address ON renewal_mail (organization_id, address_key, id)
;
CREATE TABLE calendar_feed (
  user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE, secret_hash TEXT NOT NULL UNIQUE,
  created_at {utc} NOT NULL, read_at {utc}
)
"""


def up(migrator: object, database: Database) -> None:
    define(database, SQL)
