"""iCite: https://icite.od.nih.gov/api. Gives what the NIH Open Citation Collection knows; not every PMID is in it."""

from __future__ import annotations

from tests.upstream.corpus import Corpus
from tests.upstream.message import Reply, Request, json_reply, unspoken
from tests.upstream.paper import Paper

LIMIT = 1_000


def icite(request: Request, corpus: Corpus) -> Reply:
    """Answer ``pubs?pmids=`` and ``pubs/{pmid}``."""
    folder, _, single = request.tail.strip("/").partition("/")
    if folder != "pubs":
        return json_reply({"error": "Not Found"}, 404)
    if single:
        paper = corpus.by_pmid(int(single)) if single.isdigit() else None
        if paper is None or not paper.in_icite:
            return json_reply({"error": "Not Found"}, 404)
        return json_reply(_publication(paper, corpus))
    asked = request.ids("pmids")
    if not asked:
        return unspoken("iCite without pmids")
    if len(asked) > LIMIT:
        return json_reply({"error": f"Too many PMIDs: {len(asked)}, at most {LIMIT}"}, 400)
    if not all(text.isdigit() for text in asked):
        return json_reply({"error": "Invalid PMID"}, 400)
    papers = (corpus.by_pmid(pmid) for pmid in dict.fromkeys(map(int, asked)))
    shown = [_publication(paper, corpus) for paper in papers if paper and paper.in_icite]
    if request.get("fl"):
        wanted = request.ids("fl")
        shown = [{name: value for name, value in each.items() if name in wanted} for each in shown]
    return json_reply({"meta": {"pmids": ",".join(asked)}, "links": {"self": request.path}, "data": shown})


def _publication(paper: Paper, corpus: Corpus) -> dict[str, object]:
    citing = [each.pmid for each in corpus.cited_by(paper.pmid, "icite") if each.in_icite]
    clinical = [pmid for pmid in citing if any("Trial" in kind for kind in corpus.papers[pmid].types)]
    return {
        "pmid": paper.pmid,
        "year": paper.year,
        "title": paper.title,
        "authors": ", ".join(author.collective or f"{author.fore} {author.last}" for author in paper.authors),
        "journal": paper.journal.abbreviation,
        "is_research_article": "No" if "Review" in paper.types else "Yes",
        "relative_citation_ratio": None,
        "nih_percentile": None,
        "is_clinical": "Yes" if paper.trials else "No",
        "citation_count": len(citing),
        "provisional": "No",
        "cited_by_clin": clinical,
        "cited_by": citing,
        "references": [cited.shown_pmid for cited in paper.cited_in("icite")],
        "doi": paper.doi,
        "last_modified": "02/25/2026, 09:52:59",
    }
