"""Decisions, ratings and read status on reading lists; every change can be undone."""

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

READING_LISTS = """
    -- One row a paper on a list, with what its reader said of it.
    CREATE VIEW reading_lists AS
    SELECT l.name AS list, i.position, r.pmid, r.doi, r.title, r.year, i.read_status, i.rating, i.decision, i.reason,
           i.stage, i.decided_at, i.note, i.origin, i.added_at
    FROM reading_list_item i JOIN reading_list l ON l.id = i.list_id JOIN record r ON r.id = i.record_id
"""


def upgrade():
    op.add_column("reading_list", sa.Column("description", sa.Text(), server_default="", nullable=False))
    op.add_column("reading_list_item", sa.Column("rating", sa.Integer(), nullable=True))
    for name, kind, default in (
        ("read_status", sa.String(), "to read"),
        ("decision", sa.String(), "undecided"),
        ("reason", sa.Text(), ""),
        ("stage", sa.String(), ""),
    ):
        op.add_column("reading_list_item", sa.Column(name, kind, server_default=default, nullable=False))
    op.add_column("reading_list_item", sa.Column("decided_at", sa.String(), nullable=True))
    with op.batch_alter_table("activity") as batch:
        batch.add_column(sa.Column("undone_by", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_activity_undone_by", "activity", ["undone_by"], ["id"])
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name="fk_change_activity_id"),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
    )
    op.create_index("ix_change_activity_id", "change", ["activity_id"], unique=False)
    op.execute(READING_LISTS)


def downgrade():
    raise RuntimeError("decisions on lists would be lost; go back to the backup made before the upgrade")
