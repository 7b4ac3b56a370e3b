"""Scheduled jobs keep what they did as sentences to translate, and apart from it what a failed run raised."""

from peewee import Database

from models.schema import define

SQL = """
ALTER TABLE scheduled_run RENAME COLUMN result TO fault
;
UPDATE scheduled_run SET fault = NULL WHERE failed = 0
;
ALTER TABLE scheduled_run DROP COLUMN failed
;
ALTER TABLE scheduled_run ADD COLUMN report {json}
"""


def up(migrator: object, database: Database) -> None:
    define(database, SQL)
