"""ecitmatch: https://www.ncbi.nlm.nih.gov/books/NBK25499/#chapter4.ECitMatch.

Journal, volume and page weigh most: where they agree, a disagreeing author or year does not stop the match, so that
a misprinted page gives a wrong PMID. Misses leave the author out of the line they echo. A line without a journal and
without a match ends the reply.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.upstream.corpus import Corpus
from tests.upstream.message import Reply, Request, text_reply
from tests.upstream.paper import Paper

_LISTED = 3
"""Up to so many candidates are named; of more, only the number is given."""


def ecitmatch(request: Request, corpus: Corpus) -> Reply:
    """Answer each line of ``bdata``: a PMID, ``NOT_FOUND``, or ``AMBIGUOUS``."""
    lines = [line.strip() for line in request.get("bdata").replace("\n", "\r").split("\r") if line.strip()]
    return text_reply("".join(f"{answer}\n" for answer in _answers(lines, corpus)))


def _answers(lines: list[str], corpus: Corpus) -> Iterator[str]:
    for line in lines:
        journal, year, volume, page, author, key, *_ = (*line.split("|"), *("",) * 6)
        in_journal = [paper for paper in corpus if not journal or _is_journal(paper, journal)]
        if not in_journal:
            yield f"{journal}|{year}|{volume}|{page}||{key}|NOT_FOUND;INVALID_JOURNAL"
            continue
        found = _candidates(in_journal, year, volume, page, author)
        if len(found) == 1:
            yield f"{journal}|{year}|{volume}|{page}|{author}|{key}|{found[0].pmid}"
        elif found:
            named = ",".join(str(paper.pmid) for paper in found)
            which = named if len(found) <= _LISTED else f"({len(found)} citations)"
            yield f"{journal}|{year}|{volume}|{page}|{author}|{key}|AMBIGUOUS {which}"
        elif not journal:
            return
        else:
            yield f"{journal}|{year}|{volume}|{page}||{key}|NOT_FOUND"


def _plain(text: str) -> str:
    return " ".join(text.lower().replace(".", " ").split())


def _is_journal(paper: Paper, name: str) -> bool:
    return _plain(name) in (_plain(paper.journal.title), _plain(paper.journal.abbreviation))


def _candidates(papers: list[Paper], year: str, volume: str, page: str, author: str) -> list[Paper]:
    if volume and page:
        return [paper for paper in papers if paper.volume == volume and paper.first_page == page]
    surname = _plain(author).split(" ")[0]
    return [
        paper
        for paper in papers
        if (not year or str(paper.year) == year)
        and (not volume or paper.volume == volume)
        and (not page or paper.first_page == page)
        and (not surname or any(_plain(person.last) == surname for person in paper.authors))
        and (year or volume or page or surname)
    ]
