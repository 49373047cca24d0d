"""Keep every state of a trial, its numbers, papers and evidence; read what links papers and trials in one view."""

import hashlib
import json

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What links a paper and a trial: the paper names one of its numbers, or the registry lists the paper as a report on it.
TRIAL_LINKS = """
    -- One row a paper, a trial and what links them; trial_row is empty where the library does not hold the trial.
    CREATE VIEW trial_links AS
    SELECT rt.record_id, t.value AS number, n.trial_row, 'named' AS via
    FROM term t JOIN record_term rt ON rt.term_id = t.id LEFT JOIN trial_number n ON n.number = t.value
    WHERE t.facet = 'trial'
    UNION
    SELECT r.id, x.trial_id, x.id, 'listed'
    FROM trial_reference f JOIN record r ON r.pmid = f.pmid JOIN trial x ON x.id = f.trial_row
    WHERE f.type IN ('RESULT', 'DERIVED')
"""
RECORD_TRIALS = """
    -- One row a paper and a registry number, with the trial's status where the library has the trial.
    CREATE VIEW record_trials AS
    SELECT DISTINCT r.pmid, l.number AS trial_id, tr.status, tr.phases, tr.title AS trial_title, tr.updated, l.via
    FROM trial_links l JOIN record r ON r.id = l.record_id LEFT JOIN trial tr ON tr.id = l.trial_row
"""
TRIAL_STATES = """
    -- One row a state of a trial that was ever seen, as the source gave it.
    CREATE VIEW trial_states AS
    SELECT x.trial_id, json_extract(o.document, '$.status') AS status, json_extract(o.document, '$.phases') AS phases,
           json_extract(o.document, '$.enrollment') AS enrollment,
           json_extract(o.document, '$.completion_date') AS completion_date,
           o.updated, o.seen, o.observed_at, o.last_observed_at, o.source
    FROM trial_observation o JOIN trial x ON x.id = o.trial_row
"""


def upgrade():
    for name in ("first_posted", "kind", "vocabulary"):
        op.add_column("trial", sa.Column(name, sa.String(), nullable=True))
    op.create_table(
        "trial_check",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("observed_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_trial_check"),
    )
    op.create_table(
        "trial_observation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_row", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("payload_id", sa.Integer(), nullable=True),
        sa.Column("updated", sa.String(), nullable=True),
        sa.Column("seen", sa.String(), nullable=True),
        sa.Column("observed_at", sa.String(), nullable=False),
        sa.Column("last_observed_at", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["payload_id"], ["payload.id"], name="fk_trial_observation_payload_id"),
        sa.ForeignKeyConstraint(["trial_row"], ["trial.id"], name="fk_trial_observation_trial_row"),
        sa.PrimaryKeyConstraint("id", name="pk_trial_observation"),
        sa.UniqueConstraint("trial_row", "digest", name="uq_trial_observation_trial_row"),
    )
    op.create_index("ix_trial_observation_trial_row", "trial_observation", ["trial_row"], unique=False)
    op.create_table(
        "trial_number",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("trial_row", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["trial_row"], ["trial.id"], name="fk_trial_number_trial_row", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", "trial_row", name="pk_trial_number"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_trial_number_trial_row", "trial_number", ["trial_row"], unique=False)
    op.create_table(
        "trial_reference",
        sa.Column("trial_row", sa.Integer(), nullable=False),
        sa.Column("pmid", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["trial_row"], ["trial.id"], name="fk_trial_reference_trial_row", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("trial_row", "pmid", "type", name="pk_trial_reference"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_trial_reference_pmid", "trial_reference", ["pmid"], unique=False)
    op.create_table(
        "trial_annotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_row", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("assertion", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("vocabulary", sa.String(), nullable=False),
        sa.CheckConstraint('start >= 0 AND "end" > start', name="ck_trial_annotation_span"),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name="fk_trial_annotation_term_id"),
        sa.ForeignKeyConstraint(["trial_row"], ["trial.id"], name="fk_trial_annotation_trial_row", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_trial_annotation"),
    )
    op.create_index("ix_trial_annotation_trial_row", "trial_annotation", ["trial_row"], unique=False)
    op.create_index("ix_trial_annotation_term_id", "trial_annotation", ["term_id"], unique=False)
    op.create_table(
        "trial_term",
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("trial_row", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name="fk_trial_term_term_id"),
        sa.ForeignKeyConstraint(["trial_row"], ["trial.id"], name="fk_trial_term_trial_row", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("term_id", "trial_row", name="pk_trial_term"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_trial_term_trial_row", "trial_term", ["trial_row"], unique=False)
    _carry_over()
    op.execute("DROP VIEW record_trials")
    for view in (TRIAL_LINKS, RECORD_TRIALS, TRIAL_STATES):
        op.execute(view)


def _carry_over():
    """Make what the library knows of each trial its first observation, in the new shape."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("SELECT id, trial_id, source, payload_id, updated, observed_at, document FROM trial")
    ).fetchall()
    for at, trial_id, source, payload_id, updated, observed_at, old in rows:
        document = json.dumps(_reshape(json.loads(old)), ensure_ascii=False, separators=(",", ":"))
        connection.execute(
            sa.text("UPDATE trial SET document = :document WHERE id = :at"), {"document": document, "at": at}
        )
        connection.execute(
            sa.text(
                "INSERT INTO trial_observation (trial_row, digest, source, payload_id, updated, observed_at,"
                " last_observed_at, document)"
                " VALUES (:at, :digest, :source, :payload, :updated, :seen, :seen, :document)"
            ),
            {
                "at": at, "digest": hashlib.sha256(document.encode()).digest(), "source": source, "payload": payload_id,
                "updated": updated, "seen": observed_at, "document": document,
            },
        )  # fmt: skip
        numbers = dict.fromkeys(json.loads(old).get("aliases", ()), "former") | {trial_id: "own"}
        for number, kind in numbers.items():
            connection.execute(
                sa.text("INSERT INTO trial_number (number, trial_row, kind) VALUES (:number, :at, :kind)"),
                {"number": number, "at": at, "kind": kind},
            )
        for paper in _reshape(json.loads(old)).get("references", ()):
            connection.execute(
                sa.text("INSERT OR IGNORE INTO trial_reference (trial_row, pmid, type) VALUES (:at, :pmid, :type)"),
                {"at": at, "pmid": paper["pmid"], "type": paper.get("type", "")},
            )


def _reshape(old):
    """Interventions were ``TYPE: name``, secondary numbers bare, and papers two lists of PMIDs."""
    interventions = []
    for text in old.pop("interventions", ()):
        kind, colon, name = text.partition(": ")
        typed = bool(colon) and kind.replace("_", "").isalpha() and kind.isupper()
        interventions.append({"type": kind, "name": name} if typed else {"name": text})
    results = old.pop("result_pmids", ())
    papers = [{"pmid": pmid, "type": "RESULT"} if pmid in results else {"pmid": pmid} for pmid in old.pop("pmids", ())]
    shaped = {
        "interventions": interventions,
        "secondary_ids": [{"value": value} for value in old.pop("secondary_ids", ())],
        "references": papers,
    }
    return old | {name: value for name, value in shaped.items() if value}


def downgrade():
    raise RuntimeError("what was observed of trials would be lost; go back to the backup made before the upgrade")
