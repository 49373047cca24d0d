"""Create the library: tables, full-text index, and views for people with any SQLite browser."""

import sqlalchemy as sa

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT_INDEX = """
CREATE VIRTUAL TABLE record_text_index USING fts5(
    title, abstract, keywords, mesh, mesh_major, substances, identifiers, types, authors, journal,
    affiliations, languages,
    content='', tokenize='ascii')
"""
FOLD_VERSION = "1"

# For reading with any SQLite browser; exokb itself does not need them.
VIEWS = {
    "papers": """
        -- One row a record: the columns a reviewer reads first.
        CREATE VIEW papers AS
        SELECT r.id AS record_id, r.pmid, r.doi, r.pmcid, r.title, r.first_author, r.journal, r.year, r.sort_date,
               r.notices, r.source, r.added_at, r.withdrawn_at
        FROM record r
    """,
    "authors": """
        -- One row an author, in the order printed.
        CREATE VIEW authors AS
        SELECT r.id AS record_id, r.pmid, a.key + 1 AS position,
               json_extract(a.value, '$.last') AS last, json_extract(a.value, '$.fore') AS fore,
               json_extract(a.value, '$.initials') AS initials, json_extract(a.value, '$.suffix') AS suffix,
               json_extract(a.value, '$.collective') AS collective, json_extract(a.value, '$.orcid') AS orcid,
               json_extract(a.value, '$.affiliations') AS affiliations
        FROM record r, json_each(r.document, '$.authors') a
    """,
    "mesh_headings": """
        -- One row a MeSH heading and qualifier; qualifier is empty for a heading without one.
        CREATE VIEW mesh_headings AS
        SELECT r.id AS record_id, r.pmid, json_extract(h.value, '$.descriptor') AS descriptor,
               json_extract(h.value, '$.ui') AS ui, coalesce(json_extract(h.value, '$.major'), 0) AS major,
               json_extract(q.value, '$.name') AS qualifier,
               coalesce(json_extract(q.value, '$.major'), 0) AS qualifier_major
        FROM record r, json_each(r.document, '$.mesh') h LEFT JOIN json_each(h.value, '$.qualifiers') q
    """,
    "keywords": """
        -- One row a keyword of the authors.
        CREATE VIEW keywords AS
        SELECT r.id AS record_id, r.pmid, k.value AS keyword FROM record r, json_each(r.document, '$.keywords') k
    """,
    "evidence": """
        -- One row an annotation: the claim, and the words that support it.
        CREATE VIEW evidence AS
        SELECT r.pmid, t.facet, t.value, t.label, a.words, a.field, a.start, a."end", a.rule, a.assertion, a.score,
               a.vocabulary
        FROM annotation a JOIN record r ON r.id = a.record_id JOIN term t ON t.id = a.term_id
    """,
    "citations": """
        -- One row a cited work and source that says so; cited_title where the cited paper is in the library.
        CREATE VIEW citations AS
        SELECT r.pmid AS citing_pmid, r.doi AS citing_doi, f.cited_pmid, f.cited_doi, f.text, s.source, s.position,
               s.observed_at, f.resolved_by, f.attempted, c.title AS cited_title
        FROM reference f JOIN record r ON r.id = f.citing_id
        JOIN reference_source s ON s.reference_id = f.id LEFT JOIN record c ON c.pmid = f.cited_pmid
    """,
    "record_trials": """
        -- One row a registry number that a record names, with the trial's status where the library has the trial.
        CREATE VIEW record_trials AS
        SELECT DISTINCT r.pmid, t.value AS trial_id, tr.status, tr.phases, tr.title AS trial_title, tr.updated
        FROM annotation a JOIN record r ON r.id = a.record_id JOIN term t ON t.id = a.term_id AND t.facet = 'trial'
        LEFT JOIN trial tr ON tr.trial_id = t.value WHERE a.assertion = 'affirmed'
    """,
}


def upgrade():
    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("exokb_version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_activity"),
    )
    op.create_table(
        "library_info",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_library_info"),
    )
    op.create_table(
        "payload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("parsed_with", sa.String(), nullable=True),
        sa.Column("observed_at", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payload"),
        sa.UniqueConstraint("sha256", name="uq_payload_sha256"),
    )
    op.create_table(
        "reading_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reading_list"),
        sa.UniqueConstraint("name", name="uq_reading_list_name"),
    )
    op.create_table(
        "term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["term.id"], name="fk_term_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_term"),
        sa.UniqueConstraint("facet", "value", name="uq_term_facet_value"),
    )
    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pmid", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("doi", sa.String(), nullable=True),
        sa.Column("pmcid", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("first_author", sa.Text(), nullable=True),
        sa.Column("journal", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("sort_date", sa.String(), nullable=True),
        sa.Column("retracted", sa.Boolean(), nullable=False),
        sa.Column("notices", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("payload_id", sa.Integer(), nullable=True),
        sa.Column("payload_position", sa.Integer(), nullable=True),
        sa.Column("vocabulary", sa.String(), nullable=True),
        sa.Column("added_at", sa.String(), nullable=False),
        sa.Column("updated_at", sa.String(), nullable=False),
        sa.Column("withdrawn_at", sa.String(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["payload_id"], ["payload.id"], name="fk_record_payload_id"),
        sa.PrimaryKeyConstraint("id", name="pk_record"),
        sa.UniqueConstraint("pmid", name="uq_record_pmid"),
    )
    op.create_index("ix_record_doi", "record", ["doi"], unique=False)
    op.create_index("ix_record_pmcid", "record", ["pmcid"], unique=False)
    op.create_index("ix_record_sort_date", "record", ["sort_date"], unique=False)
    op.create_index("ix_record_year", "record", ["year"], unique=False)
    op.create_table(
        "trial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.String(), nullable=False),
        sa.Column("registry", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("phases", sa.Text(), server_default="", nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("payload_id", sa.Integer(), nullable=True),
        sa.Column("updated", sa.String(), nullable=True),
        sa.Column("observed_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["payload_id"], ["payload.id"], name="fk_trial_payload_id"),
        sa.PrimaryKeyConstraint("id", name="pk_trial"),
        sa.UniqueConstraint("trial_id", name="uq_trial_trial_id"),
    )
    op.create_index("ix_trial_status", "trial", ["status"], unique=False)
    op.create_table(
        "annotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("assertion", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("vocabulary", sa.String(), nullable=False),
        sa.CheckConstraint('start >= 0 AND "end" > start', name="ck_annotation_span"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_annotation_record_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name="fk_annotation_term_id"),
        sa.PrimaryKeyConstraint("id", name="pk_annotation"),
    )
    op.create_index("ix_annotation_record_id", "annotation", ["record_id"], unique=False)
    op.create_index("ix_annotation_term_id_record_id", "annotation", ["term_id", "record_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_decision_record_id"),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name="fk_decision_term_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_record_id", "decision", ["record_id"], unique=False)
    op.create_table(
        "reading_list_item",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("added_at", sa.String(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["reading_list.id"], name="fk_reading_list_item_list_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_reading_list_item_record_id"),
        sa.PrimaryKeyConstraint("list_id", "record_id", name="pk_reading_list_item"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reading_list_item_record_id", "reading_list_item", ["record_id"], unique=False)
    op.create_table(
        "record_term",
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_record_term_record_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name="fk_record_term_term_id"),
        sa.PrimaryKeyConstraint("term_id", "record_id", name="pk_record_term"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_record_term_record_id", "record_term", ["record_id"], unique=False)
    op.create_table(
        "reference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("citing_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("cited_pmid", sa.Integer(), nullable=True),
        sa.Column("cited_doi", sa.String(), nullable=True),
        sa.Column("cited_pmcid", sa.String(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("parts", sa.Text(), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=True),
        sa.Column("attempted", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["citing_id"], ["record.id"], name="fk_reference_citing_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_reference"),
    )
    op.create_index(
        "ix_reference_cited_doi", "reference", ["cited_doi"], unique=False,
        sqlite_where=sa.text("cited_pmid IS NULL AND cited_doi IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_reference_cited_pmid", "reference", ["cited_pmid"], unique=False,
        sqlite_where=sa.text("cited_pmid IS NOT NULL"),
    )  # fmt: skip
    op.create_index("ix_reference_citing_id", "reference", ["citing_id"], unique=False)
    op.create_index(
        "ix_reference_place", "reference", ["place"], unique=False,
        sqlite_where=sa.text("place IS NOT NULL"),
    )  # fmt: skip
    op.create_table(
        "reference_check",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("observed_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_reference_check_record_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("record_id", "source", name="pk_reference_check"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reference_source",
        sa.Column("reference_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("observed_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference_id"], ["reference.id"], name="fk_reference_source_reference_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reference_id", "source", name="pk_reference_source"),
        sqlite_with_rowid=False,
    )
    op.execute(TEXT_INDEX)
    op.execute(sa.text("INSERT INTO library_info(key, value) VALUES ('fold_version', :v)").bindparams(v=FOLD_VERSION))
    for view in VIEWS.values():
        op.execute(view)


def downgrade():
    raise RuntimeError("there is nothing before the first revision; go back to a backup")
