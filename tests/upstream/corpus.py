"""The records that the services speak of, and the ways they look them up."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.upstream.paper import SOURCES, Cited, Correction, Journal, Paper, Person, Source, Trial
from tests.upstream.pubmedxml import file_xml

_FILE = Path(__file__).with_name("corpus.toml")
_WORD = re.compile(r"[^\W_]+(?:[-+'][^\W_]+)*[+]?")

SEED = 990000001
"""The review whose references the four sources give in overlapping ways."""


def words_of(text: str) -> list[str]:
    """Split text into the words a search knows: in lower case, compounds (``miR-21``) also as their parts."""
    found = [match.group(0) for match in _WORD.finditer(text.lower())]
    return [piece for word in found for piece in {word, *re.split(r"[-+']", word)} if piece]


class Corpus:
    """Papers and trials, in memory.

    ``trials`` may be changed while a server runs: the registry then shows the change. ``registry_timestamp`` is what it
    says of the age of its data.
    """

    def __init__(self, papers: Iterable[Paper], trials: Iterable[Trial] = ()) -> None:
        self.papers = {paper.pmid: paper for paper in papers}
        self.trials = {trial.nct: trial for trial in trials}
        self.registry_timestamp = "2026-03-02T09:00:05"
        self._by_doi = {paper.doi.lower(): paper for paper in self.papers.values() if paper.doi}
        self._by_pmcid = {paper.pmcid: paper for paper in self.papers.values() if paper.pmcid}

    def __len__(self) -> int:
        return len(self.papers)

    def __iter__(self) -> Iterator[Paper]:
        return iter(self.papers.values())

    @property
    def pmids(self) -> list[int]:
        """All PMIDs, newest (highest) first, as PubMed sorts by default."""
        return sorted(self.papers, reverse=True)

    def by_pmid(self, pmid: int) -> Paper | None:
        """Find a paper."""
        return self.papers.get(pmid)

    def by_doi(self, doi: str) -> Paper | None:
        """Find a paper by its DOI, in any case."""
        return self._by_doi.get(doi.strip().lower())

    def by_pmcid(self, pmcid: str) -> Paper | None:
        """Find a paper by its PMCID, with or without a version."""
        return self._by_pmcid.get(pmcid.strip().upper().partition(".")[0])

    def trial(self, nct: str) -> Trial | None:
        """Find a trial by its number, or by one that it had before."""
        number = nct.upper()
        former = (trial for trial in self.trials.values() if number in trial.aliases)
        return self.trials.get(number) or next(former, None)

    def with_word(self, word: str) -> set[int]:
        """Find the papers that have a word anywhere; ``vesicl*`` finds every ending."""
        if word.endswith("*") and len(word) > 1:
            stem = word[:-1].lower()
            return set().union(*(found for known, found in self._index.items() if known.startswith(stem)))
        return set(self._index.get(word.lower(), ()))

    def words(self, pmid: int) -> frozenset[str]:
        """Give the words that matter when papers are compared: those of title, MeSH and keywords."""
        return self._topics[pmid]

    def cited_by(self, pmid: int, source: Source | None = None) -> list[Paper]:
        """Find the papers that cite one, as a source knows it, or in truth."""
        citing = (self.papers[number] for number in self._citing.get(pmid, ()))
        if source is None:
            return list(citing)
        return [p for p in citing if any(cited.pmid == pmid for cited in p.cited_in(source))]

    def update_file(self, pmids: Sequence[int] | None = None, deleted: Sequence[int] = ()) -> bytes:
        """Give records as one of NLM's update files: every version of each, and a DeleteCitation list."""
        chosen = self.papers.values() if pmids is None else [self.papers[pmid] for pmid in pmids]
        return file_xml(chosen, deleted).encode()

    @cached_property
    def _index(self) -> dict[str, set[int]]:
        index: dict[str, set[int]] = {}
        for paper in self.papers.values():
            for word in set(words_of(paper.text)):
                index.setdefault(word, set()).add(paper.pmid)
        return index

    @cached_property
    def _topics(self) -> dict[int, frozenset[str]]:
        return {
            paper.pmid: frozenset(
                w for w in words_of(" ".join((paper.title, *paper.mesh, *paper.keywords))) if len(w) > 3
            )
            for paper in self.papers.values()
        }

    @cached_property
    def _citing(self) -> dict[int, list[int]]:
        citing: dict[int, list[int]] = {}
        for paper in self.papers.values():
            for cited in paper.references:
                if cited.pmid is not None:
                    citing.setdefault(cited.pmid, []).append(paper.pmid)
        return citing


def load_written() -> Corpus:
    """Load the hand-written records and trials: about forty, all different, all invented."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    journals = {name: Journal(**fields) for name, fields in table["journals"].items()}
    shapes = {entry["pmid"]: entry for entry in table["paper"]}
    papers = [_paper(entry, journals, table["mesh"], shapes) for entry in table["paper"]]
    return Corpus(papers, [Trial(**_tuples(entry)) for entry in table["trial"]])


def _tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}


def _paper(
    entry: dict[str, Any], journals: dict[str, Journal], mesh: dict[str, str], shapes: dict[int, dict[str, Any]]
) -> Paper:
    fields = _tuples(entry)
    fields["journal"] = journals[entry["journal"]]
    fields["mesh_ui"] = mesh
    fields["authors"] = tuple(_person(text) for text in entry.get("authors", ()))
    abstract = entry.get("abstract", ())
    sections = [("", abstract)] if isinstance(abstract, str) else [(label, text) for label, text in abstract]
    fields["abstract"] = tuple((label, " ".join(text.split())) for label, text in sections)
    fields["corrections"] = tuple(Correction(**each) for each in entry.get("corrections", ()))
    fields["references"] = tuple(_cited(each, journals, shapes) for each in fields.pop("cites", ()))
    return Paper(**fields)


def _person(text: str) -> Person:
    """Read ``Lindqvist, Maren | 0000-... | Affiliation``; a name without a comma is a group."""
    name, orcid, affiliation, *_ = (*(part.strip() for part in text.split("|")), "", "")
    last, comma, fore = (part.strip() for part in name.partition(","))
    if not comma:
        return Person(collective=name, affiliation=affiliation)
    return Person(last, fore, orcid=orcid, affiliation=affiliation)


def _cited(each: dict[str, Any], journals: dict[str, Journal], shapes: dict[int, dict[str, Any]]) -> Cited:
    """Read one reference; what it does not say is taken from the paper it means."""
    fields = dict(each)
    forms: dict[Source, str] = {name: fields.pop(name) for name in SOURCES if name in each}
    meant = shapes.get(each.get("pmid", 0))
    if meant:
        defaults = {
            "title": meant["title"],
            "author": _person(meant["authors"][0]).name,
            "journal": journals[meant["journal"]].abbreviation,
            "year": str(meant["year"]),
            "volume": meant.get("volume", ""),
            "page": meant.get("pages", "").split("-")[0],
            "doi": meant.get("doi", ""),
        }
        fields = {**defaults, **fields}
    return Cited(forms=forms, **fields)
