"""What a search asks for, as plain data: the query text's tree is in ``syntax.py``, the options are here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Criteria:
    """Everything a search can be narrowed by. Values of one field are OR, different fields AND; empty means any.

    Attributes:
        text: the query text in exokb's query language (PubMed's own field tags); empty means everything.
        terms: (facet, value) pairs of the vocabulary facets, grouped by facet: disease, cargo, molecules, source ...
            A value holds for everything below it in the vocabulary.
        trial_statuses: registry enumerations (``RECRUITING``), or ``any`` / ``none``.
        phases: phases of trials, as enumerated (``PHASE2``) or in words (``phase 2``, ``II``); ``1/2`` are both.
        years: (first, last) year, either may be None.
        types: publication types, folded (``review`` matches Review and Systematic Review).
        authors, journals: texts in the query language's author and journal fields.
        cited_by: PMIDs whose reference lists the results are in.
        cites: PMIDs that the results cite.
        lists: names of reading lists.
        retracted: True only retracted, False none retracted, None both.
        ids: record PMIDs to restrict to.
        expand: plain words of ``text`` also find their synonyms.
    """

    text: str = ""
    terms: tuple[tuple[str, str], ...] = ()
    trial_statuses: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    years: tuple[int | None, int | None] | None = None
    types: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    journals: tuple[str, ...] = ()
    cited_by: tuple[int, ...] = ()
    cites: tuple[int, ...] = ()
    lists: tuple[str, ...] = ()
    retracted: bool | None = None
    ids: tuple[int, ...] = ()
    expand: bool = True
