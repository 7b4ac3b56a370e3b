"""The index of help articles. It is made from the articles' files, so no backup needs it."""

from peewee import Database, PostgresqlDatabase

from models.schema import define

SQLITE = """
CREATE VIRTUAL TABLE help_search USING fts5 (
  language UNINDEXED, slug UNINDEXED, digest UNINDEXED, title, summary, body,
  tokenize = 'unicode61 remove_diacritics 2'
)
"""

# No language's stemmer: words are matched by their beginnings, so that a search finds while it is being typed.
POSTGRESQL = """
CREATE TABLE help_search (
  language TEXT NOT NULL, slug TEXT NOT NULL, digest TEXT NOT NULL, title TEXT NOT NULL, summary TEXT NOT NULL,
  body TEXT NOT NULL,
  words TSVECTOR NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', summary), 'B') ||
    to_tsvector('simple', body)
  ) STORED,
  PRIMARY KEY (language, slug)
)
;
CREATE INDEX help_search_words ON help_search USING gin (words)
"""


def up(migrator: object, database: Database) -> None:
    define(database, POSTGRESQL if isinstance(database, PostgresqlDatabase) else SQLITE)
