"""Alembic's environment: exokb hands over a connection that is already in its transaction."""

from alembic import context
from exokb.store.tables import metadata


def include_object(_object, name, kind, _reflected, _compare_to):
    """Keep the full-text index and its shadow tables out of autogenerate."""
    return not (kind == "table" and name.startswith("record_text_index"))


def run(connection):
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=include_object,
        render_as_batch=True,
        transaction_per_migration=False,
    )
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    from pathlib import Path

    from exokb.settings import load_settings
    from exokb.store.engine import make_engine, sqlite_path

    path = sqlite_path(load_settings().db)
    with make_engine(path or Path("library.exokb")).begin() as own:
        run(own)
