"""Invented E-utilities replies in the shapes NCBI gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

DOCTYPE = '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE {0} PUBLIC "-//NLM//DTD//EN" "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/{0}.dtd">\n'


def search_xml(
    pmids: Sequence[int], *, count: int | None = None, web_env: str = "", translation: str = "", lists: str = ""
) -> bytes:
    ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in pmids)
    history = f"<QueryKey>1</QueryKey><WebEnv>{web_env}</WebEnv>" if web_env else ""
    return (
        DOCTYPE.format("eSearchResult")
        + f"<eSearchResult><Count>{len(pmids) if count is None else count}</Count><RetMax>{len(pmids)}</RetMax>"
        + f"<RetStart>0</RetStart>{history}<IdList>\n{ids}</IdList><TranslationSet/>"
        + f"<QueryTranslation>{translation}</QueryTranslation>{lists}</eSearchResult>\n"
    ).encode()


def links_xml(pmid: int, links: Mapping[str, Sequence[tuple[int, int]]]) -> bytes:
    sets = "".join(
        f"<LinkSetDb><DbTo>pubmed</DbTo><LinkName>{name}</LinkName>"
        + "".join(f"<Link>\n<Id>{other}</Id><Score>{score}</Score></Link>" for other, score in found)
        + "</LinkSetDb>"
        for name, found in links.items()
    )
    return (
        DOCTYPE.format("eLinkResult")
        + f"<eLinkResult><LinkSet><DbFrom>pubmed</DbFrom><IdList><Id>{pmid}</Id></IdList>{sets}</LinkSet></eLinkResult>"
    ).encode()


def records_xml(pmids: Sequence[int]) -> bytes:
    articles = "".join(
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID></MedlineCitation></PubmedArticle>'
        for pmid in pmids
    )
    return (DOCTYPE.format("PubmedArticleSet") + f"<PubmedArticleSet>{articles}</PubmedArticleSet>").encode()
