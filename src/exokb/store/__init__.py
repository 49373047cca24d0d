"""The library: one SQLite file (or a shared PostgreSQL) that holds everything. The only package that knows SQL."""
