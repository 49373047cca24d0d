"""Running a PubMed query of any size: esearch gives at most 9,999 ids, so larger results are split by date."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from exokb.domain.identifiers import Pmid
from exokb.sources.interface import QueryAnswer, QueryWindow
from exokb.sources.pubmed.replies import SearchReply

MAX_HITS = 9_999
"""https://www.ncbi.nlm.nih.gov/books/NBK25499/#chapter4.ESearch: PubMed gives the first 10,000 and no more."""

FIRST_DAY = date(1700, 1, 1)
"""Earlier than any publication date in PubMed (the oldest are of 1781)."""

YEARS_AHEAD = 5
"""Journals print dates in the future; this is further than any of them goes."""

_RECENT = timedelta(days=20 * 365)
_LONG = timedelta(days=50 * 365)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Publication dates from ``first`` to ``last``, both included."""

    first: date
    last: date

    def halves(self) -> tuple[DateRange, DateRange]:
        """Give two ranges, the later first. A long range is cut 20 years before its end: most papers are recent."""
        span = self.last - self.first
        cut = self.last - _RECENT if span > _LONG else self.first + span // 2
        return DateRange(cut + timedelta(days=1), self.last), DateRange(self.first, cut)


Search = Callable[[DateRange | None, int], SearchReply]
"""Asks for the query's hits in a range of dates (None: all), listing so many ids at most."""


def run_query(search: Search, today: date, limit: int | None) -> QueryAnswer:
    """Find all ids of a query, or the first ``limit``, newest publication dates first where it has to be split.

    A paper with a print and an electronic date may be in two windows; `QueryAnswer.pmids` gives it once. A warning
    says how many of the announced hits were not listed, where that happens: a day with more hits than PubMed lists,
    or records without a publication date.
    """
    whole = search(None, MAX_HITS if limit is None else min(limit, MAX_HITS))
    wanted = whole.count if limit is None else min(limit, whole.count)
    warnings = list(whole.warnings)
    windows: list[QueryWindow] = []
    seen: set[Pmid] = set()

    def keep(reply: SearchReply) -> None:
        """Keep a window, no longer than what is still wanted; its order stays the history server's."""
        still = wanted - len(seen)
        pmids: list[Pmid] = []
        for pmid in reply.pmids:
            if still <= 0:
                break
            still -= pmid not in seen
            pmids.append(pmid)
        seen.update(pmids)
        if pmids:
            # The history server refuses to fetch from a set that esearch cannot list: then only the ids are of use.
            kept = reply.count <= MAX_HITS
            windows.append(QueryWindow(tuple(pmids), reply.web_env * kept, reply.query_key * kept))

    if wanted <= MAX_HITS:
        keep(whole)
    else:
        everything = DateRange(FIRST_DAY, date(today.year + YEARS_AHEAD, 12, 31))
        for reply, days in _split(search, everything):
            keep(reply)
            if reply.count > len(reply.pmids):
                warnings.append(
                    f"{days.first:%Y/%m/%d} alone has {reply.count:,} hits; PubMed lists {len(reply.pmids):,} of them"
                )
            if len(seen) >= wanted:
                break
    if len(seen) < wanted:
        warnings.append(
            f"PubMed announced {whole.count:,} hits and listed {len(seen):,}: {wanted - len(seen):,} are missing; "
            "narrow the query, by years for example, to get them"
        )
    return QueryAnswer(whole.count, tuple(windows), whole.translation, tuple(dict.fromkeys(warnings)))


def _split(search: Search, days: DateRange) -> Iterator[tuple[SearchReply, DateRange]]:
    """Give the replies of ranges that PubMed lists completely (or of single days), newest first."""
    pending = [days]
    while pending:
        days = pending.pop()
        reply = search(days, MAX_HITS)
        if reply.count <= MAX_HITS or days.first == days.last:
            if reply.pmids:
                yield reply, days
            continue
        later, earlier = days.halves()
        pending += [earlier, later]
