"""Cited works: what several sources say a paper cites, united, each statement kept with who made it.

The same work is recognised by PMID, then DOI, then its place in print (year, volume, first page), then its words.
A text is held against a record by the record's title, or by its place in print together with its first author.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from exokb.domain.record import Record, Reference

# "2016;7(1):125." / "2015;11:150-160" / "2013;65(3):336–341", as PubMed and most journals print it
_PLACE = re.compile(
    r"\b((?:19|20)\d\d)\b[^;:]{0,20};\s*(\w+)\s*(?:\([^)]*\))?\s*:\s*([A-Za-z]{0,3}\d+[A-Za-z]?)", re.UNICODE
)
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_TITLE = 20  # characters of folded title; shorter ones ("Exosomes", "Reply") prove nothing


@dataclass(frozen=True, slots=True)
class Statement:
    """One source's word that the paper cites the work, at a place of its list, seen at a time (ISO, UTC)."""

    source: str
    position: int | None
    observed_at: str


@dataclass(frozen=True, slots=True)
class CitedWork:
    """One work that a paper cites, as far as it is known.

    Attributes:
        pmid, doi, pmcid: identifiers, from any source.
        text: the citation as printed, or made of the parts.
        parts: the entry's parts (`Reference`) where a source gives them.
        statements: who says so; never empty.
        resolved_by: how the PMID was found where no source gave it: ``doi``, ``citation match``, ``title``.
        attempted: what was tried to find the PMID, and the answer, where none was found.
    """

    pmid: int | None = None
    doi: str | None = None
    pmcid: str | None = None
    text: str = ""
    parts: Reference | None = None
    statements: tuple[Statement, ...] = ()
    resolved_by: str | None = None
    attempted: str | None = None

    @property
    def place(self) -> str | None:
        """``year|volume|first page``, or None where it is not known."""
        return find_place(self.parts, self.text)

    @property
    def known_page_parts(self) -> Reference:
        """The parts, filled from the text where no source gave them."""
        parts = self.parts or Reference(position=0)
        if (place := self.place) and not parts.first_page:
            year, volume, page = place.split("|")
            parts = parts.model_copy(update={"year": int(year), "volume": volume, "first_page": page})
        return parts


def fold_words(text: str) -> str:
    """Lower-case letters and digits with one blank between words: for comparing citations, not for searching."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(_WORD.findall(text.lower()))


def find_place(parts: Reference | None, text: str) -> str | None:
    """Give ``year|volume|first page`` of a citation, from its parts or its text; None where one is missing."""
    if parts and parts.year and parts.volume and parts.first_page:
        return f"{parts.year}|{parts.volume.lower()}|{parts.first_page.lower()}"
    if match := _PLACE.search(text):
        return "|".join(match.groups()).lower()
    return None


def record_place(record: Record) -> str | None:
    """Give ``year|volume|first page`` of a record, by the year of its issue."""
    issued = record.dates.print or record.dates.sort
    page = re.match(r"[A-Za-z]{0,3}\d+[A-Za-z]?", record.pages or "")
    if not (issued and record.volume and page):
        return None
    return f"{issued[:4]}|{record.volume}|{page.group(0)}".lower()


def is_same_work(work: CitedWork, record: Record) -> bool:
    """Whether a cited work is this record: by identifier, else by title, else by place and first author."""
    if work.pmid and record.pmid:
        return work.pmid == record.pmid
    if work.doi and record.doi:
        return work.doi == record.doi
    words = fold_words(" ".join(filter(None, (work.text, work.parts.title if work.parts else None))))
    title = fold_words(record.title)
    has_title = len(title) >= _SHORTEST_TITLE and f" {title} " in f" {words} "
    same_place = work.place is not None and work.place == record_place(record)
    if has_title:
        # "Reply", errata and second parts share titles: where both say when they appeared, that must agree.
        return work.place is None or record_place(record) is None or same_place or _same_year(work, record)
    if not same_place or not record.authors:
        return False
    author = fold_words(work.parts.author or "") if work.parts and work.parts.author else words
    return fold_words(record.authors[0].last or record.authors[0].collective or "?") in author


def _same_year(work: CitedWork, record: Record) -> bool:
    place = work.place or ""
    years = {date[:4] for date in (record.dates.print, record.dates.electronic, record.dates.sort) if date}
    return place[:4] in years


@dataclass
class _Shelf:
    by_words: bool
    works: list[CitedWork] = field(default_factory=list)
    index: dict[tuple[str, str], int] = field(default_factory=dict)

    def keys(self, work: CitedWork) -> list[tuple[str, str]]:
        keys = [("pmid", str(work.pmid))] if work.pmid else []
        keys += [("doi", work.doi)] if work.doi else []
        keys += [("pmcid", work.pmcid)] if work.pmcid else []
        if self.by_words and (place := work.place):
            keys.append(("place", place))
        if self.by_words and work.text:
            keys.append(("text", fold_words(work.text)))
        return keys

    def add(self, work: CitedWork) -> None:
        for key in self.keys(work):
            at = self.index.get(key)
            if at is not None and _compatible(self.works[at], work):
                self.works[at] = _join(self.works[at], work)
                self.note(at)
                return
        self.works.append(work)
        self.note(len(self.works) - 1)

    def note(self, at: int) -> None:
        for key in self.keys(self.works[at]):
            self.index.setdefault(key, at)


def _compatible(one: CitedWork, other: CitedWork) -> bool:
    """Two entries with different identifiers of the same kind are different works, whatever else agrees."""
    pairs = ((one.pmid, other.pmid), (one.doi, other.doi), (one.pmcid, other.pmcid))
    return not any(a and b and a != b for a, b in pairs)


def _join(one: CitedWork, other: CitedWork) -> CitedWork:
    said = {s.source: s for s in (*one.statements, *other.statements)}
    said.update({s.source: s for s in one.statements})
    return CitedWork(
        pmid=one.pmid or other.pmid,
        doi=one.doi or other.doi,
        pmcid=one.pmcid or other.pmcid,
        text=one.text or other.text,
        parts=one.parts or other.parts,
        statements=tuple(said.values()),
        resolved_by=one.resolved_by if one.pmid else other.resolved_by,
        attempted=None if one.pmid or other.pmid else one.attempted or other.attempted,
    )


def unite(works: Iterable[CitedWork], *, by_words: bool = True) -> list[CitedWork]:
    """Join the entries that are the same work; the order of first mention is kept.

    ``by_words``: also by place in print and text. Within one source's list identifiers are enough.
    """
    shelf = _Shelf(by_words)
    for work in works:
        shelf.add(work)
    return shelf.works


def as_cited(source: str, references: Sequence[Reference], observed_at: str) -> list[CitedWork]:
    """Turn one source's list into cited works that it alone vouches for."""
    return [
        CitedWork(
            pmid=r.pmid,
            doi=r.doi,
            pmcid=r.pmcid,
            text=r.text or _text_of(r),
            parts=r if (r.title or r.first_page or r.journal) else None,
            statements=(Statement(source, r.position, observed_at),),
        )
        for r in references
    ]


def _text_of(reference: Reference) -> str:
    place = ":".join(filter(None, (reference.volume, reference.first_page)))
    when = ";".join(filter(None, (str(reference.year) if reference.year else None, place)))
    return " ".join(
        f"{part.rstrip('.')}." for part in (reference.author, reference.title, reference.journal, when) if part
    )


def restate(works: Iterable[CitedWork], source: str, stated: Iterable[CitedWork]) -> list[CitedWork]:
    """Replace everything a source said before by what it says now; works nobody vouches for any more are left out."""
    kept = []
    for work in works:
        statements = tuple(s for s in work.statements if s.source != source)
        if statements:
            kept.append(replace(work, statements=statements))
    return unite([*kept, *stated])
