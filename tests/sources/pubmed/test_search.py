from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from exokb.domain.identifiers import Pmid
from exokb.sources.pubmed.replies import SearchReply
from exokb.sources.pubmed.search import MAX_HITS, DateRange, run_query

TODAY = date(2026, 5, 4)


class Shelf:
    """A PubMed of papers with publication dates; some papers have two, some none."""

    def __init__(self, papers: Mapping[int, tuple[date, ...]]) -> None:
        self.papers = papers
        self.asked: list[DateRange | None] = []

    def search(self, days: DateRange | None, retmax: int) -> SearchReply:
        self.asked.append(days)
        hits = [
            Pmid(pmid)
            for pmid, dates in self.papers.items()
            if days is None or any(days.first <= day <= days.last for day in dates)
        ]
        return SearchReply(len(hits), tuple(hits[:retmax]), f"env{len(self.asked)}", "1", "as read", ("a warning",))


def spread(count: int, first: date = date(1995, 1, 1), days: int = 11_000) -> dict[int, tuple[date, ...]]:
    return {pmid: (first + timedelta(days=(pmid * 7919) % days),) for pmid in range(1, count + 1)}


def test_a_small_result_is_one_request() -> None:
    shelf = Shelf(spread(30))
    answer = run_query(shelf.search, TODAY, None)
    assert (answer.announced, len(answer.windows), answer.translation) == (30, 1, "as read")
    assert answer.pmids == tuple(range(1, 31))
    assert answer.warnings == ("a warning",)
    assert shelf.asked == [None]


def test_no_hits_have_no_window() -> None:
    answer = run_query(Shelf({}).search, TODAY, None)
    assert (answer.announced, answer.windows, answer.pmids) == (0, (), ())


def test_a_large_result_is_split_until_every_window_can_be_listed() -> None:
    shelf = Shelf(spread(45_000))
    answer = run_query(shelf.search, TODAY, None)
    assert answer.announced == 45_000
    assert sorted(answer.pmids) == list(range(1, 45_001))
    assert all(0 < len(window.pmids) <= MAX_HITS for window in answer.windows)
    assert answer.warnings == ("a warning",)
    assert len(shelf.asked) < 30


def test_papers_with_two_dates_are_counted_once() -> None:
    papers = {pmid: (dates[0], dates[0] + timedelta(days=400)) for pmid, dates in spread(20_000).items()}
    answer = run_query(Shelf(papers).search, TODAY, None)
    assert len(answer.pmids) == 20_000
    assert answer.warnings == ("a warning",)


def test_a_day_with_too_many_hits_is_said() -> None:
    papers = spread(500) | {pmid: (date(2019, 1, 1),) for pmid in range(100_000, 112_000)}
    answer = run_query(Shelf(papers).search, TODAY, None)
    assert any("2019/01/01 alone has 12," in warning and "lists 9,999" in warning for warning in answer.warnings)
    missing = answer.announced - len(answer.pmids)
    assert missing > 0
    assert any(f"{missing:,} are missing" in warning for warning in answer.warnings)


def test_papers_without_a_date_are_missed_and_said() -> None:
    papers = spread(12_000) | dict.fromkeys(range(50000, 50100), ())
    answer = run_query(Shelf(papers).search, TODAY, None)
    assert len(answer.pmids) == 12_000
    assert "announced 12,100 hits and listed 12,000: 100 are missing" in answer.warnings[-1]


def test_a_small_limit_of_a_large_result_is_one_request_without_a_history() -> None:
    shelf = Shelf(spread(45_000))
    answer = run_query(shelf.search, TODAY, 300)
    assert (answer.announced, len(answer.pmids), len(shelf.asked)) == (45_000, 300, 1)
    assert answer.windows[0].web_env == ""


def test_a_small_limit_of_a_small_result_keeps_the_history() -> None:
    answer = run_query(Shelf(spread(500)).search, TODAY, 300)
    assert (len(answer.pmids), answer.windows[0].web_env) == (300, "env1")


def test_a_large_limit_stops_when_it_is_reached() -> None:
    shelf = Shelf(spread(45_000))
    answer = run_query(shelf.search, TODAY, 12_000)
    assert (answer.announced, len(answer.pmids)) == (45_000, 12_000)
    assert len(shelf.asked) < 12
    assert answer.warnings == ("a warning",)


@given(st.dates(date(1700, 1, 1), date(2031, 12, 30)), st.integers(1, 120_000))
def test_halves_cover_a_range_without_overlap(first: date, days: int) -> None:
    whole = DateRange(first, min(first + timedelta(days=days), date(2031, 12, 31)))
    later, earlier = whole.halves()
    assert (earlier.first, later.last) == (whole.first, whole.last)
    assert later.first == earlier.last + timedelta(days=1)
    assert earlier.first <= earlier.last
    assert later.first <= later.last
