"""Where the log is kept: SQLite in one file, or PostgreSQL. All of the project's SQL is here."""
