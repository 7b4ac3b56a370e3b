"""Keys by which people and places are found whatever their letters' case; a lease has one end, `next_at`."""

from peewee import Database, PostgresqlDatabase

from models.base import fold
from models.schema import define

SQL = """
ALTER TABLE users ADD COLUMN name_key {sort} NOT NULL DEFAULT ''
;
ALTER TABLE organization ADD COLUMN city_key {sort} NOT NULL DEFAULT ''
;
ALTER TABLE outbox DROP COLUMN lease_until
"""


def up(migrator: object, database: Database) -> None:
    define(database, SQL)
    for table, column in (("users", "name"), ("organization", "city")):
        fill(database, table, column)


def fill(database: Database, table: str, column: str) -> None:
    """Write the keys of what is there, by steps, so that memory stays flat."""
    mark, last = "%s" if isinstance(database, PostgresqlDatabase) else "?", 0
    some = f"SELECT id, {column} FROM {table} WHERE id > {mark} ORDER BY id LIMIT 1000"
    while found := database.execute_sql(some, (last,)).fetchall():
        for number, text in found:
            database.execute_sql(f"UPDATE {table} SET {column}_key = {mark} WHERE id = {mark}", (fold(text), number))
        last = found[-1][0]
