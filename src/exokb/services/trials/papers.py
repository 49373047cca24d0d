"""Which papers are linked to trials, what proves each link, and which of them report on the trial."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, cast

from exokb.formats.trial_columns import REPORT_TYPES, TrialLink, TrialPaper
from exokb.query.values import first_day
from exokb.store.connection import Reader
from exokb.store.trial_reading import StoredLink, get_trial_links

NO_REPORTS = {
    "review": "a review",
    "systematic_review": "a systematic review",
    "protocol": "a protocol",
    "other": "a comment, or no study",
}
"""Study designs of papers that do not tell what came out of a trial they name."""


def get_papers(connection: Reader, starts: Mapping[int, str | None]) -> dict[int, tuple[TrialPaper, ...]]:
    """Give the papers linked to trials, each once, newest first: row id -> papers.

    A paper is linked that names one of the trial's numbers, or that the registry lists as its result (``RESULT``) or as
    a paper whose PubMed record names it (``DERIVED``). All of these count as reports on the trial but, where the
    library holds the paper:

    - what appeared before the trial began, whatever the registry calls it;
    - what is of a design in `NO_REPORTS`, unless the registry lists it as a result: a review that names a trial does
      not publish it.

    Args:
        connection: the open library.
        starts: row id of each trial -> when it began, as precise as the registry gives it.
    """
    found = get_trial_links(connection, list(starts))
    return {row: _unite(links, starts[row]) for row, links in found.items()}


def get_background(links: Sequence[StoredLink]) -> list[StoredLink]:
    """Those of a trial's links that are papers it lists as background, or without saying as what."""
    return [link for link in links if link.via == "listed" and link.type not in REPORT_TYPES]


def limit_to(papers: Sequence[TrialPaper], day: str, listed: Iterable[int]) -> tuple[TrialPaper, ...]:
    """Those of the papers that were there on a day (ISO): published by then, or in ``listed``.

    A paper whose date the library does not know was not known then, unless the registry listed it.

    Args:
        papers: the papers linked to a trial.
        day: the day.
        listed: PMIDs that the registry listed by that day.
    """
    known = set(listed)
    return tuple(paper for paper in papers if (paper.published or "9999") <= day or paper.pmid in known)


def _unite(links: Sequence[StoredLink], start: str | None) -> tuple[TrialPaper, ...]:
    linking = [link for link in links if link.via == "named" or link.type in REPORT_TYPES]
    papers: dict[object, list[StoredLink]] = {}
    for link in sorted(linking, key=lambda one: one.sort_date or "", reverse=True):
        papers.setdefault(link.record_id or f"PMID {link.pmid}", []).append(link)
    return tuple(_paper(own, start) for own in papers.values())


def _paper(links: Sequence[StoredLink], start: str | None) -> TrialPaper:
    first = links[0]
    reports, why = _judge(links, start)
    return TrialPaper(
        pmid=first.pmid,
        doi=first.doi,
        title=first.title,
        first_author=first.first_author,
        journal=first.journal,
        year=first.year,
        published=first.sort_date,
        notices=first.notices,
        here=first.record_id is not None,
        reports=reports,
        why=why,
        links=tuple(
            TrialLink(cast(Literal["named", "listed"], k.via), k.number, k.field, k.words, k.type) for k in links
        ),
    )


def _judge(links: Sequence[StoredLink], start: str | None) -> tuple[bool, str]:
    """Say whether a paper reports on the trial, and why."""
    published = links[0].sort_date
    if published and start and published < first_day(start):
        return False, f"it appeared before the trial began ({start})"
    types = {link.type for link in links}
    if "RESULT" in types:
        return True, "the registry lists it as a result"
    no_report = [NO_REPORTS[design] for design in links[0].designs if design in NO_REPORTS]
    if no_report:
        return False, f"it is {no_report[0]}"
    return True, "the registry lists it" if "DERIVED" in types else "it names the trial"
