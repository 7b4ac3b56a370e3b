"""Categories, products, tags, grants, and the search over products."""

from peewee import Database, PostgresqlDatabase

from models.errors import N_
from models.schema import define

TABLES = """
CREATE TABLE category (
  id {pk}, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, icon TEXT NOT NULL, position INTEGER NOT NULL,
  has_holder BOOLEAN NOT NULL, archived_at {utc}
)
;
CREATE TABLE product (
  id {pk}, organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  category_id BIGINT NOT NULL REFERENCES category (id), name TEXT NOT NULL, name_key {sort} NOT NULL,
  plan TEXT NOT NULL, identifier TEXT NOT NULL, holder_name TEXT NOT NULL, holder_organization TEXT NOT NULL,
  holder_email TEXT NOT NULL, expires_on DATE,
  due_key {sort} NOT NULL, auto_renew BOOLEAN NOT NULL, price_minor BIGINT CHECK (price_minor >= 0), currency TEXT,
  period_months INTEGER CHECK (period_months > 0),
  state TEXT NOT NULL CHECK (state IN ('active', 'expired', 'cancelled')), notes TEXT NOT NULL, search TEXT NOT NULL,
  created_at {utc} NOT NULL, updated_at {utc} NOT NULL, version INTEGER NOT NULL,
  UNIQUE (organization_id, category_id, name_key), CHECK ((price_minor IS NULL) = (currency IS NULL))
)
;
CREATE INDEX product_by_name ON product (organization_id, name_key, id)
;
CREATE INDEX product_by_due ON product (organization_id, due_key, id)
;
CREATE INDEX product_category_by_name ON product (organization_id, category_id, name_key, id)
;
CREATE INDEX product_category_by_due ON product (organization_id, category_id, due_key, id)
;
CREATE TABLE tag (
  id {pk}, organization_id BIGINT NOT NULL REFERENCES organization (id) ON DELETE CASCADE, name TEXT NOT NULL,
  name_key {sort} NOT NULL,
  color TEXT NOT NULL CHECK (color IN ('brick', 'copper', 'ochre', 'olive', 'moss', 'pine', 'lagoon', 'sky', 'ink',
    'violet', 'plum', 'stone')),
  created_at {utc} NOT NULL, UNIQUE (organization_id, name_key)
)
;
CREATE TABLE product_tag (
  product_id BIGINT NOT NULL REFERENCES product (id) ON DELETE CASCADE,
  tag_id BIGINT NOT NULL REFERENCES tag (id) ON DELETE CASCADE, name_key {sort} NOT NULL, due_key {sort} NOT NULL,
  PRIMARY KEY (product_id, tag_id)
){keyed}
;
CREATE INDEX product_tag_by_name ON product_tag (tag_id, name_key, product_id)
;
CREATE INDEX product_tag_by_due ON product_tag (tag_id, due_key, product_id)
;
CREATE TABLE product_grant (
  id {pk}, membership_id BIGINT NOT NULL REFERENCES membership (id) ON DELETE CASCADE,
  product_id BIGINT REFERENCES product (id) ON DELETE CASCADE, category_id BIGINT REFERENCES category (id),
  created_at {utc} NOT NULL, CHECK ((product_id IS NULL) <> (category_id IS NULL)), UNIQUE (membership_id, product_id),
  UNIQUE (membership_id, category_id)
)
;
CREATE INDEX product_grant_product ON product_grant (product_id)
"""

SQLITE = """
CREATE TRIGGER product_keys AFTER UPDATE OF name_key, due_key ON product
WHEN old.name_key <> new.name_key OR old.due_key <> new.due_key BEGIN
  UPDATE product_tag SET name_key = new.name_key, due_key = new.due_key WHERE product_id = new.id;
END
;
CREATE VIRTUAL TABLE product_search USING fts5 (search, content='product', content_rowid='id', tokenize='trigram')
;
CREATE TRIGGER product_search_in AFTER INSERT ON product BEGIN
  INSERT INTO product_search (rowid, search) VALUES (new.id, new.search);
END
;
CREATE TRIGGER product_search_out AFTER DELETE ON product BEGIN
  INSERT INTO product_search (product_search, rowid, search) VALUES ('delete', old.id, old.search);
END
;
CREATE TRIGGER product_search_new AFTER UPDATE OF search ON product WHEN old.search <> new.search BEGIN
  INSERT INTO product_search (product_search, rowid, search) VALUES ('delete', old.id, old.search);
  INSERT INTO product_search (rowid, search) VALUES (new.id, new.search);
END
"""

POSTGRESQL = """
CREATE FUNCTION product_keys() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  UPDATE product_tag SET name_key = new.name_key, due_key = new.due_key WHERE product_id = new.id;
  RETURN NULL;
END $$
;
CREATE TRIGGER product_keys AFTER UPDATE OF name_key, due_key ON product FOR EACH ROW
WHEN (old.name_key <> new.name_key OR old.due_key <> new.due_key) EXECUTE FUNCTION product_keys()
;
CREATE EXTENSION IF NOT EXISTS pg_trgm
;
CREATE INDEX product_search ON product USING gin (search gin_trgm_ops)
"""

CATEGORIES = [
    ("domain", N_("Domain name"), "globe", True),
    ("hosting", N_("Web hosting"), "panel-top", False),
    ("mail", N_("Mail service"), "mail", False),
    ("server", N_("Cloud server"), "server", False),
    ("drive", N_("Drive"), "hard-drive", False),
    ("newsletter", N_("Newsletter"), "newspaper", False),
    ("certificate", N_("Certificate"), "badge-check", False),
    ("other", N_("Other"), "package", False),
]


def up(migrator: object, database: Database) -> None:
    define(database, TABLES)
    postgresql = isinstance(database, PostgresqlDatabase)
    define(database, POSTGRESQL if postgresql else SQLITE)
    mark = "%s" if postgresql else "?"
    for position, (key, name, icon, has_holder) in enumerate(CATEGORIES):
        database.execute_sql(
            "INSERT INTO category (key, name, icon, position, has_holder) "
            f"VALUES ({mark}, {mark}, {mark}, {mark}, {mark})",
            (key, name, icon, position, has_holder),
        )
