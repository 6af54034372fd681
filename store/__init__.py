"""The database: engine, sessions, the tables' base and migrations."""
