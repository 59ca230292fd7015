"""Where everything is kept: one database per campus, SQLite or Postgres, behind the promises of `bot/ports/`."""
