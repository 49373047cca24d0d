"""The fields a query can name, in PubMed's spelling, and the columns of the text index they look in.

Tags and long names: PubMed user guide, "Search field tags" (https://pubmed.ncbi.nlm.nih.gov/help/#search-tags).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

COLUMNS = (
    "title", "abstract", "keywords", "mesh", "mesh_major", "substances", "identifiers", "types", "authors", "journal",
    "affiliations", "languages",
)  # fmt: skip
"""The columns of the text index, in order. `exokb.query.columns` says what is in each."""

_TEXT_WORDS = ("title", "abstract", "keywords", "mesh", "substances", "identifiers")

Style = Literal["text", "heading", "exact", "author", "date", "id"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the query language.

    Attributes:
        tag: its short name, as it is written back.
        columns: where it looks; none for dates and identifiers.
        style: ``text`` finds words and phrases anywhere in the columns; ``heading`` a whole or part of a MeSH
            heading with or without qualifier; ``exact`` whole entries only; ``author`` names; ``date``; ``id``.
        names: every other spelling, lower case.
        anywhere: authors are looked in as well.
        whole: for headings, the whole descriptor and nothing less.
    """

    tag: str
    columns: tuple[str, ...]
    style: Style
    names: tuple[str, ...] = ()
    anywhere: bool = False
    whole: bool = False


FIELDS = (
    Field("", _TEXT_WORDS, "text", anywhere=True),
    Field("all", COLUMNS, "text", ("all fields", "all field"), anywhere=True),
    Field("tw", (*_TEXT_WORDS, "types"), "text", ("text word", "text words", "text", "word")),
    Field("ti", ("title",), "text", ("title", "titl", "title words")),
    Field("ab", ("abstract",), "text", ("abstract",)),
    Field("tiab", ("title", "abstract", "keywords"), "text", ("title/abstract", "title abstract")),
    Field("ot", ("keywords",), "text", ("other term", "other terms", "keyword", "keywords", "kw")),
    Field("mh", ("mesh",), "heading", ("mesh", "mesh terms", "mesh term", "mesh heading")),
    Field("mh:noexp", ("mesh",), "heading", ("mesh:noexp", "mesh terms:noexp"), whole=True),
    Field("majr", ("mesh_major",), "heading", ("mesh major topic", "mesh major topics")),
    Field("majr:noexp", ("mesh_major",), "heading", ("mesh major topic:noexp",), whole=True),
    Field("nm", ("substances",), "text", ("supplementary concept", "substance name", "substance", "rn")),
    Field("si", ("identifiers",), "text", ("secondary source id", "accession")),
    Field("pt", ("types",), "text", ("publication type", "ptyp", "type")),
    Field("au", ("authors",), "author", ("author", "auth", "fau", "full author name", "cn", "corporate author")),
    Field("1au", ("authors",), "author", ("author - first", "first author", "first author name"), whole=True),
    Field("ad", ("affiliations",), "text", ("affiliation",)),
    Field("ta", ("journal",), "exact", ("journal", "jour", "so", "issn", "is", "journal title")),
    Field("la", ("languages",), "exact", ("language", "lang")),
    Field("dp", (), "date", ("date - publication", "publication date", "pdat", "date")),
    Field("pmid", (), "id", ("uid", "pubmed id")),
    Field("doi", (), "id", ("aid", "article identifier", "lid", "location id")),
    Field("pmcid", (), "id", ("pmc", "pmc id")),
)
BY_TAG = {field.tag: field for field in FIELDS}
BY_NAME = {name: field for field in FIELDS for name in (field.tag, *field.names) if name}

# ISO 639-2/B codes, as PubMed's Language element has them: https://www.nlm.nih.gov/bsd/language_table.html
LANGUAGES = {
    "arabic": "ara", "bulgarian": "bul", "chinese": "chi", "croatian": "hrv", "czech": "cze", "danish": "dan",
    "dutch": "dut", "english": "eng", "finnish": "fin", "french": "fre", "german": "ger", "greek": "gre",
    "hebrew": "heb", "hungarian": "hun", "italian": "ita", "japanese": "jpn", "korean": "kor", "norwegian": "nor",
    "persian": "per", "polish": "pol", "portuguese": "por", "romanian": "rum", "russian": "rus", "serbian": "srp",
    "spanish": "spa", "swedish": "swe", "turkish": "tur", "ukrainian": "ukr",
}  # fmt: skip


def fold_type(name: str) -> str:
    """Give a publication type as the facet ``type`` has it: ``Systematic Review`` -> ``systematic_review``."""
    return re.sub(r"[\W_]+", "_", name.lower()).strip("_")


def holds_type(value: str, asked: str) -> bool:
    """Say whether a folded type is the asked one or holds its words: ``systematic_review`` is a ``review``.

    So ``--type review`` finds systematic reviews, as PubMed's ``review[pt]`` does, and ``clinical_trial`` finds
    ``clinical_trial_phase_ii``.
    """
    return f"_{asked}_" in f"_{value}_"
