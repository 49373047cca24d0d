"""The evidence table that reviews print: one row a study, its facts by facet, each with the words that prove it.

A cell without proof is empty. The table is plain data; `TABLE_WRITERS` in `exokb.formats.tables` writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

ABSTRACT = "abstract"


@dataclass(frozen=True, slots=True)
class Proof:
    """The words that support a value: ``words`` stand at ``start:end`` (code points) of the record's ``field``.

    ``decided`` is the day on which a person confirmed the value; with such a decision there may be no words.
    """

    words: str = ""
    field: str = ""
    start: int | None = None
    end: int | None = None
    rule: str = ""
    decided: str | None = None
    note: str = ""

    @property
    def text(self) -> str:
        """On one line: ``“renal injury” (title 12-24)``."""
        quoted = f"“{self.words}” ({self.field} {self.start}-{self.end})" if self.words else ""
        person = f"decided by a person ({self.decided})" if self.decided else ""
        return ", ".join(filter(None, (quoted, person)))


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of a facet as the table shows it."""

    value: str
    label: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One study.

    Attributes:
        study: first author's family name and year.
        reference: the paper as a reference list prints it, with its identifier.
        facts: by facet; a facet without facts is an empty cell.
        finding: the sentence of the abstract that says what was found, None where none does.
        notices: what a reader must know (retracted, ...).
    """

    study: str
    reference: str
    pmid: int | None = None
    doi: str | None = None
    url: str | None = None
    facts: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)
    finding: Proof | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceTable:
    """The facets that make the columns, in order, and the rows; ``rows`` may be read once."""

    facets: tuple[str, ...]
    rows: Iterable[EvidenceRow]

    def header(self, *, proof: bool = False) -> list[str]:
        """Names of the columns: study, the facets, finding, reference, identifiers; and with ``proof`` the proofs."""
        names = ["study", *self.facets, "finding", "reference", "pmid", "doi", "notices"]
        return [*names, *(f"{name} proof" for name in (*self.facets, "finding"))] if proof else names

    def cells(self, row: EvidenceRow, *, proof: bool = False) -> list[str | int | tuple[str, ...] | None]:
        """The values of a row, in the order of `header`."""
        facts = [row.facts.get(facet, ()) for facet in self.facets]
        found = [tuple(fact.label for fact in own) for own in facts]
        finding = row.finding.words if row.finding else None
        values = [row.study, *found, finding, row.reference, row.pmid, row.doi, row.notices]
        if proof:
            values += [tuple(f"{fact.label}: {fact.proof.text}" for fact in own) for own in facts]
            values.append(row.finding.text if row.finding else None)
        return values

    def data(self, row: EvidenceRow) -> dict[str, Any]:
        """A row for JSON: each value with its words, field and offsets."""
        return {
            "study": row.study,
            "pmid": row.pmid,
            "doi": row.doi,
            "reference": row.reference,
            "url": row.url,
            "notices": row.notices,
            "finding": asdict(row.finding) if row.finding else None,
            "facts": {facet: [asdict(fact) for fact in row.facts.get(facet, ())] for facet in self.facets},
        }


def proofs(table: EvidenceTable, row: EvidenceRow) -> Sequence[tuple[str, str, Proof]]:
    """Give (column, value, proof) of every filled cell of a row."""
    found = [(facet, fact.label, fact.proof) for facet in table.facets for fact in row.facts.get(facet, ())]
    return [*found, ("finding", "", row.finding)] if row.finding else found
