"""Bring the database up to date; safe to run again."""

import os

import psycopg

TABLE = """
CREATE TABLE IF NOT EXISTS thumbnail (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address text NOT NULL,
    width   integer NOT NULL,
    height  integer NOT NULL,
    content bytea NOT NULL
)
"""

with psycopg.connect(os.environ["DATABASE_URL"]) as database:
    database.execute(TABLE)
