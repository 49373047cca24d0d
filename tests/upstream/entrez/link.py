"""elink within PubMed: https://www.ncbi.nlm.nih.gov/books/NBK25499/#chapter4.ELink."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.upstream.corpus import Corpus
from tests.upstream.entrez.fetch import digits
from tests.upstream.message import Reply, Request, json_reply, unspoken, xml_reply

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n'
    '<!DOCTYPE eLinkResult PUBLIC "-//NLM//DTD elink 20101123//EN"'
    ' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20101123/elink.dtd">\n'
)
NEIGHBOURS = 100
"""So many similar papers are given at most."""

Links = list[tuple[int, int]]


def elink(request: Request, corpus: Corpus) -> Reply:
    """Give links: ids of one comma list share a LinkSet, each repeated ``id=`` has its own."""
    command = request.get("cmd", "neighbor")
    if command not in ("neighbor", "neighbor_score") or request.get("WebEnv"):
        return unspoken(f"elink cmd={command} or WebEnv")
    name = request.get("linkname")
    names = [name] if name else list(_LINKS)
    if any(each not in _LINKS for each in names) or request.get("db", "pubmed") != "pubmed":
        return unspoken(f"elink to {request.get('db')} by {name}")
    pools = [digits([part.strip() for part in value.split(",")]) for value in request.params.get("id", ())]
    if not any(pools):
        return xml_reply(f"{_HEAD}<eLinkResult>\n<ERROR>Empty ID list</ERROR>\n</eLinkResult>\n", 400)
    sets = [(pool, {each: _pool(corpus, pool, each) for each in names}) for pool in pools if pool]
    scored = command == "neighbor_score"
    if request.get("retmode").lower() == "json":
        return _as_json(sets, scored)
    return xml_reply(f"{_HEAD}<eLinkResult>\n\n{''.join(_link_set(*each, scored) for each in sets)}</eLinkResult>\n")


def _pool(corpus: Corpus, pool: Sequence[int], name: str) -> Links:
    best: dict[int, int] = {}
    for pmid in pool:
        for linked, score in _LINKS[name](corpus, pmid):
            best[linked] = max(score, best.get(linked, 0))
    return sorted(best.items(), key=lambda link: (-link[1], -link[0]))


def _similar(corpus: Corpus, pmid: int) -> Links:
    """Score papers by the words they share with one; the paper itself comes first."""
    if pmid not in corpus.papers:
        return []
    own = corpus.words(pmid)
    scores = []
    for other in corpus.papers:
        shared = len(own & corpus.words(other))
        if shared > 1:
            scores.append((other, 1_000_000 * shared // (len(own | corpus.words(other)) or 1)))
    scores.sort(key=lambda link: (link[0] != pmid, -link[1], -link[0]))
    return [(pmid, 99_999_999), *scores[1 : NEIGHBOURS + 1]]


def _cited_in(corpus: Corpus, pmid: int) -> Links:
    """Give the papers in PMC that cite one: the service counts no others."""
    return [(paper.pmid, 0) for paper in corpus.cited_by(pmid) if paper.pmcid]


def _refs(corpus: Corpus, pmid: int) -> Links:
    """Give the references of a paper, if it is in PMC."""
    paper = corpus.by_pmid(pmid)
    if not paper or not paper.pmcid:
        return []
    return [(cited.pmid, 0) for cited in paper.cited_in("pubmed") if cited.pmid and cited.forms["pubmed"] == "pmid"]


_LINKS: dict[str, Callable[[Corpus, int], Links]] = {
    "pubmed_pubmed": _similar,
    "pubmed_pubmed_citedin": _cited_in,
    "pubmed_pubmed_refs": _refs,
}


def _link_set(pool: Sequence[int], links: dict[str, Links], scored: bool) -> str:
    ids = "".join(f"      <Id>{pmid}</Id>\n" for pmid in pool)
    text = f"  <LinkSet>\n    <DbFrom>pubmed</DbFrom>\n    <IdList>\n{ids}    </IdList>\n"
    for name, found in links.items():
        if not found:
            continue
        listed = "".join(
            f"      <Link>\n        <Id>{pmid}</Id>\n"
            + (f"        <Score>{score}</Score>\n" if scored else "")
            + "      </Link>\n"
            for pmid, score in found
        )
        text += (
            f"    <LinkSetDb>\n      <DbTo>pubmed</DbTo>\n      <LinkName>{name}</LinkName>\n{listed}    </LinkSetDb>\n"
        )
    return f"{text}  </LinkSet>\n"


def _as_json(sets: Sequence[tuple[Sequence[int], dict[str, Links]]], scored: bool) -> Reply:
    shown = []
    for pool, links in sets:
        each: dict[str, object] = {"dbfrom": "pubmed", "ids": [str(pmid) for pmid in pool]}
        if any(links.values()):
            each["linksetdbs"] = [
                {
                    "dbto": "pubmed",
                    "linkname": name,
                    "links": [{"id": str(p), "score": str(s)} if scored else str(p) for p, s in found],
                }
                for name, found in links.items()
                if found
            ]
        shown.append(each)
    return json_reply({"header": {"type": "elink", "version": "0.3"}, "linksets": shown})
