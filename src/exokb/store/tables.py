"""The tables, as SQLAlchemy Core sees them. Alembic's revisions in ``alembic/versions`` make them.

Times are UTC, ISO 8601 texts; dates of papers are ISO texts. The full-text index (``record_text_index``) and the views
are plain SQL per dialect, see ``store/search`` and the first revision.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)  # fmt: skip

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

library_info = Table(
    "library_info", metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)  # fmt: skip
"""Facts about the library itself: when it was made, which text folding its index uses; and, as JSON, the synonyms and
names of values that its vocabularies gave to searching."""

payload = Table(
    "payload", metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String, nullable=False),
    Column("key", Text, nullable=False),
    Column("media_type", String, nullable=False),
    Column("sha256", LargeBinary, nullable=False, unique=True),
    Column("size", Integer, nullable=False),
    Column("parsed_with", String),
    Column("observed_at", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)  # fmt: skip
"""Raw replies and pieces of files, zlib-compressed; ``size`` is the uncompressed length. ``parsed_with``: the version
of exokb that read all of a piece of a file without failure; the same piece need not be read again by that version."""

record = Table(
    "record", metadata,
    Column("id", Integer, primary_key=True),
    Column("pmid", Integer, unique=True),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("doi", String, index=True),
    Column("pmcid", String, index=True),
    Column("kind", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("first_author", Text),
    Column("journal", Text),
    Column("year", Integer, index=True),
    Column("sort_date", String, index=True),
    Column("retracted", Boolean, nullable=False),
    Column("notices", Text, nullable=False, server_default=""),
    Column("source", String, nullable=False),
    Column("payload_id", ForeignKey("payload.id")),
    Column("payload_position", Integer),
    Column("vocabulary", String),
    Column("added_at", String, nullable=False),
    Column("updated_at", String, nullable=False),
    Column("withdrawn_at", String),
    Column("document", Text, nullable=False),  # last, so that the others are read without going past it
)  # fmt: skip
"""One row a record. ``document`` is the whole `Record` as JSON without defaults and references; the other columns are
what is queried. ``notices``: what a reader must be told, ``; `` between (`exokb.domain.notices`). ``vocabulary``:
version its annotations were made with. ``withdrawn_at``: when a DeleteCitation for it was seen; the record stays."""

term = Table(
    "term", metadata,
    Column("id", Integer, primary_key=True),
    Column("facet", String, nullable=False),
    Column("value", String, nullable=False),
    Column("label", Text, nullable=False),
    Column("parent_id", ForeignKey("term.id")),
    UniqueConstraint("facet", "value"),
)  # fmt: skip
"""Values of facets: disease, cargo, molecules, source, design, relevance, trial (registry numbers), type (publication
type)."""

annotation = Table(
    "annotation", metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("record.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("term_id", ForeignKey("term.id"), nullable=False),
    Column("field", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("assertion", String, nullable=False),
    Column("score", Float, nullable=False),
    Column("vocabulary", String, nullable=False),
    CheckConstraint('start >= 0 AND "end" > start', name="span"),
)  # fmt: skip
"""What the matchers say, with the words that support it. Rewritten by `exokb annotate`."""

decision = Table(
    "decision", metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("record.id"), nullable=False, index=True),
    Column("term_id", ForeignKey("term.id"), nullable=False),
    Column("verdict", String, nullable=False),
    Column("note", Text),
    Column("decided_at", String, nullable=False),
)  # fmt: skip
"""What a person says of a record and a term: confirm, reject, or withdraw what was said before. Only ever added to; the
latest of a record and a term counts."""

record_term = Table(
    "record_term", metadata,
    Column("term_id", ForeignKey("term.id"), primary_key=True),
    Column("record_id", ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)  # fmt: skip
"""What search sees: affirmed annotations with their broader terms, less rejections, plus confirmations."""

reference = Table(
    "reference", metadata,
    Column("id", Integer, primary_key=True),
    Column("citing_id", ForeignKey("record.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer),
    Column("cited_pmid", Integer),
    Column("cited_doi", String),
    Column("cited_pmcid", String),
    Column("place", String),
    Column("text", Text, nullable=False, server_default=""),
    Column("parts", Text),
    Column("resolved_by", String),
    Column("attempted", Text),
)  # fmt: skip
"""One cited work of one record: united over the sources. ``cited_pmid`` is empty while unresolved; ``parts`` is JSON
(title, journal, year, volume, first_page, author) where a source gave them apart; ``resolved_by`` says how the PMID was
found where no source gave it; ``attempted`` what was tried in vain; ``place`` is ``year|volume|first page`` of an
unresolved one, for the record that may come."""

reference_source = Table(
    "reference_source", metadata,
    Column("reference_id", ForeignKey("reference.id", ondelete="CASCADE"), primary_key=True),
    Column("source", String, primary_key=True),
    Column("position", Integer),
    Column("observed_at", String, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
"""Who says that the record cites it."""

reference_check = Table(
    "reference_check", metadata,
    Column("record_id", ForeignKey("record.id", ondelete="CASCADE"), primary_key=True),
    Column("source", String, primary_key=True),
    Column("outcome", String, nullable=False),
    Column("found", Integer, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("observed_at", String, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
"""What each source answered when asked for a record's references: listed, none deposited, not indexed, failed."""

trial = Table(
    "trial", metadata,
    Column("id", Integer, primary_key=True),
    Column("trial_id", String, nullable=False, unique=True),
    Column("registry", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("status", String, index=True),
    Column("phases", Text, nullable=False, server_default=""),
    Column("document", Text, nullable=False),
    Column("source", String, nullable=False),
    Column("payload_id", ForeignKey("payload.id")),
    Column("updated", String),
    Column("observed_at", String, nullable=False),
    Column("first_posted", String),
    Column("kind", String),
    Column("vocabulary", String),
)  # fmt: skip
"""Registered trials as all observations together describe them; ``document`` is the whole `Trial` as JSON. ``updated``
is the registry's own date, ``observed_at`` when exokb last saw it, ``source`` and ``payload_id`` are of the newest
observation. ``kind``: what vesicles have to do with it, ``vocabulary``: the version that said so."""

trial_observation = Table(
    "trial_observation", metadata,
    Column("id", Integer, primary_key=True),
    Column("trial_row", ForeignKey("trial.id"), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False),
    Column("source", String, nullable=False),
    Column("payload_id", ForeignKey("payload.id")),
    Column("updated", String),
    Column("seen", String),
    Column("observed_at", String, nullable=False),
    Column("last_observed_at", String, nullable=False),
    Column("document", Text, nullable=False),
    UniqueConstraint("trial_row", "digest"),
)  # fmt: skip
"""Every state of a trial that was ever seen; only ever added to. ``digest`` is the SHA-256 of ``document`` without the
day of the registry's data, which moves on while the state stays the same. ``updated`` is the registry's own date,
``seen`` the first day on which the registry is known to have shown it so, ``observed_at`` and ``last_observed_at`` when
exokb first and last took it in."""

trial_number = Table(
    "trial_number", metadata,
    Column("number", String, primary_key=True),
    Column("trial_row", ForeignKey("trial.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("kind", String, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
"""Every registry number a trial goes by, in the registries' own forms: ``own``, ``former`` (it was merged or moved), or
``secondary`` (another registry's)."""

trial_reference = Table(
    "trial_reference", metadata,
    Column("trial_row", ForeignKey("trial.id", ondelete="CASCADE"), primary_key=True),
    Column("pmid", Integer, primary_key=True, index=True),
    Column("type", String, primary_key=True),
    sqlite_with_rowid=False,
)  # fmt: skip
"""The papers that a trial lists; ``type`` as the registry enumerates it, empty where it does not say."""

trial_annotation = Table(
    "trial_annotation", metadata,
    Column("id", Integer, primary_key=True),
    Column("trial_row", ForeignKey("trial.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("term_id", ForeignKey("term.id"), nullable=False, index=True),
    Column("field", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("assertion", String, nullable=False),
    Column("score", Float, nullable=False),
    Column("vocabulary", String, nullable=False),
    CheckConstraint('start >= 0 AND "end" > start', name="span"),
)  # fmt: skip
"""What the matchers say of trials, with the words of the registry entry that support it."""

trial_term = Table(
    "trial_term", metadata,
    Column("term_id", ForeignKey("term.id"), primary_key=True),
    Column("trial_row", ForeignKey("trial.id", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)  # fmt: skip
"""What a selection of trials sees: affirmed annotations with their broader terms."""

trial_check = Table(
    "trial_check", metadata,
    Column("number", String, primary_key=True),
    Column("outcome", String, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("observed_at", String, nullable=False),
)  # fmt: skip
"""What the registry last answered for numbers that gave no trial: ``not found``, ``failed``."""

reading_list = Table(
    "reading_list", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("created_at", String, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
)  # fmt: skip
"""Reading lists, by name."""

reading_list_item = Table(
    "reading_list_item", metadata,
    Column("list_id", ForeignKey("reading_list.id", ondelete="CASCADE"), primary_key=True),
    Column("record_id", ForeignKey("record.id"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("added_at", String, nullable=False),
    Column("origin", Text, nullable=False),
    Column("rating", Integer),
    Column("read_status", String, nullable=False, server_default="to read"),
    Column("decision", String, nullable=False, server_default="undecided"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("stage", String, nullable=False, server_default=""),
    Column("decided_at", String),
    sqlite_with_rowid=False,
)  # fmt: skip
"""The records on a list, in the reader's order; ``origin`` says how each came there. ``rating`` is 1 to 5,
``read_status`` ``to read``, ``reading`` or ``read``, ``decision`` ``undecided``, ``include`` or ``exclude`` (for a
``reason``), ``stage`` at what it was decided: ``title/abstract`` or ``full text``."""

activity = Table(
    "activity", metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("command", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("exokb_version", String, nullable=False),
    Column("undone_by", ForeignKey("activity.id")),
)  # fmt: skip
"""What was done to the library, oldest first; ``detail`` is JSON. Never holds a secret. ``undone_by``: the activity
that took it back."""

change = Table(
    "change", metadata,
    Column("id", Integer, primary_key=True),
    Column("activity_id", ForeignKey("activity.id"), nullable=False, index=True),
    Column("table_name", String, nullable=False),
    Column("key", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
)  # fmt: skip
"""The rows that a person's activity changed, in order, as JSON before and after: what `exokb undo` goes back by. Empty
``before``: the row was made; empty ``after``: it was deleted."""

Index("ix_annotation_term_id_record_id", annotation.c.term_id, annotation.c.record_id)

# By DOI and place only what has no PMID yet is looked for; most entries have one of the three at most.
Index("ix_reference_cited_pmid", reference.c.cited_pmid, sqlite_where=reference.c.cited_pmid.is_not(None))
Index(
    "ix_reference_cited_doi",
    reference.c.cited_doi,
    sqlite_where=reference.c.cited_pmid.is_(None) & reference.c.cited_doi.is_not(None),
)
Index("ix_reference_place", reference.c.place, sqlite_where=reference.c.place.is_not(None))
