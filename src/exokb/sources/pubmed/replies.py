"""What the E-utilities reply, other than records: bytes in, typed answers out, pure.

Shapes: https://www.ncbi.nlm.nih.gov/books/NBK25499/ and the DTDs it names. Errors come with status 200 too: as an
``<ERROR>`` element, as an HTML page, as an empty or broken-off body. All of these are `PayloadError` here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from exokb.domain.identifiers import Identifier, Pmid, normalise_doi, parse_pmcid, parse_pmid
from exokb.errors import InvalidIdentifier, PayloadError
from exokb.sources.json_reply import parse_object, take_objects, take_text

RECORD_ROOT = "PubmedArticleSet"


class UpstreamSaysError(PayloadError):
    """The reply is an ``<ERROR>`` element; ``reason`` holds its words."""


@dataclass(frozen=True, slots=True)
class SearchReply:
    """An esearch reply.

    Attributes:
        count: hits announced for the query.
        pmids: the ids listed, at most ``retmax``.
        web_env, query_key: where the history server keeps the result; empty if it does not.
        translation: how PubMed read the query.
        warnings: what it could not find, ignored or changed, one sentence each.
        not_found: the phrases PubMed does not know; without them the query was another one.
    """

    count: int
    pmids: tuple[Pmid, ...]
    web_env: str = ""
    query_key: str = ""
    translation: str = ""
    warnings: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()


# Elements of ErrorList and WarningList, and how they read as a sentence; OutputMessage is one by itself.
_COMPLAINTS = {
    "PhraseNotFound": "PubMed does not know {!r} and left it out of the query",
    "QuotedPhraseNotFound": "PubMed does not know the phrase {!r} and searched its words apart",
    "FieldNotFound": "PubMed does not know the field {!r}",
    "PhraseIgnored": "PubMed ignored {!r}",
}


def parse_search(body: bytes) -> SearchReply:
    """Read an esearch reply (XML; its JSON form does not parse when it holds an error).

    Raises:
        UpstreamSaysError: it is an ERROR.
        PayloadError: it is none, or broken off.
    """
    root = _parse_xml(body, "eSearchResult")
    warnings, not_found = [], []
    for element in (*root.iterfind("ErrorList/*"), *root.iterfind("WarningList/*")):
        words = _words(element)
        if not words:
            continue
        warnings.append(_COMPLAINTS.get(element.tag, f"{element.tag}: {{}}").format(words))
        if element.tag == "OutputMessage":
            warnings[-1] = f"PubMed says: {words}"
        if element.tag in ("PhraseNotFound", "QuotedPhraseNotFound"):
            not_found.append(words)
    try:
        count = int(root.findtext("Count") or "")
        pmids = tuple(Pmid(int(element.text or "")) for element in root.iterfind("IdList/Id"))
    except ValueError:
        raise PayloadError("eSearchResult", "has no count, or an id that is no number") from None
    return SearchReply(
        count=count,
        pmids=tuple(dict.fromkeys(pmids)),
        web_env=(root.findtext("WebEnv") or "").strip(),
        query_key=(root.findtext("QueryKey") or "").strip(),
        translation=" ".join((root.findtext("QueryTranslation") or "").split()),
        warnings=tuple(dict.fromkeys(warnings)),
        not_found=tuple(not_found),
    )


def parse_links(body: bytes, link_name: str) -> tuple[tuple[Pmid, int], ...]:
    """Read the linked ids of an elink reply, each with its score (0 where it has none), in the order given.

    No ``LinkSetDb`` of that name means there are no links.

    Raises:
        UpstreamSaysError: it is an ERROR.
        PayloadError: it is no elink reply.
    """
    root = _parse_xml(body, "eLinkResult")
    if root.find("LinkSet") is None:
        raise PayloadError("eLinkResult", "holds no LinkSet")
    found: dict[Pmid, int] = {}
    for link_set in root.iterfind("LinkSet/LinkSetDb"):
        if (link_set.findtext("LinkName") or "").strip() != link_name:
            continue
        for link in link_set.iterfind("Link"):
            try:
                pmid, score = Pmid(int(link.findtext("Id") or "")), int(link.findtext("Score") or "0")
            except ValueError:
                raise PayloadError("eLinkResult", "holds a link whose id or score is no number") from None
            found.setdefault(pmid, score)
    return tuple(found.items())


def parse_summary_ids(body: bytes) -> Mapping[Pmid, frozenset[Identifier]]:
    """Read each paper's own DOI and PMCID from an esummary reply (JSON, version 2.0).

    Raises:
        PayloadError: the reply has another shape.
    """
    result = parse_object(body, "esummary").get("result")
    if not isinstance(result, dict) or not isinstance(result.get("uids"), list):
        raise PayloadError("esummary", "has no 'result' with 'uids'")
    answer: dict[Pmid, frozenset[Identifier]] = {}
    for uid in result["uids"]:
        summary = result.get(str(uid))
        if not isinstance(summary, dict) or "error" in summary:
            continue  # an id without a summary has no identifiers to compare
        texts = [(take_text(item, "idtype"), take_text(item, "value")) for item in _article_ids(summary)]
        # "doi: 10.1000/x. pii: 5", where the list of identifiers has none
        texts += [("doi", doi) for doi in re.findall(r"doi:\s*(\S+)", take_text(summary, "elocationid"))]
        answer[parse_pmid(str(uid))] = frozenset(
            identifier for kind, value in texts if (identifier := _own_id(kind, value))
        )
    return answer


def _article_ids(summary: dict[str, object]) -> list[dict[str, object]]:
    return take_objects(summary, "articleids", "esummary")


def _own_id(kind: str, value: str) -> Identifier | None:
    try:
        if kind == "doi":
            return Identifier("doi", normalise_doi(value))
        if kind == "pmc":
            return Identifier("pmcid", parse_pmcid(value))
    except InvalidIdentifier:
        return None
    return None


def parse_citation_matches(body: bytes) -> Mapping[str, str]:
    """Read an ECitMatch reply: for each key of ours (``x17``) what stands after it.

    A line is the question's fields and the answer, separated by ``|``; for some misses the author's field is left
    out, so the key is looked for rather than counted to. Lines may be missing: it stops at a line it cannot use.

    Raises:
        PayloadError: it is a page or an error, not lines.
    """
    text = body.decode("utf-8", "replace").strip()
    if text.startswith(("<", "{")):
        raise PayloadError("ecitmatch", "the reply is a page or an error, not lines")
    answers: dict[str, str] = {}
    for line in re.split(r"[\r\n]+", text):
        fields = [part.strip() for part in line.split("|")]
        at = next((i for i in range(len(fields) - 1, -1, -1) if re.fullmatch(r"x\d+", fields[i])), None)
        if at is not None:
            answers.setdefault(fields[at], " ".join(part for part in fields[at + 1 :] if part))
        elif line:
            raise PayloadError("ecitmatch", "a line does not hold the key it was asked with")
    return answers


def check_records(body: bytes) -> None:
    """Check from outside that a reply of records is whole; what is inside is for the parser.

    Raises:
        UpstreamSaysError: it is an ERROR.
        PayloadError: it is empty, an HTML page, something else, or broken off.
    """
    name = _root_name(body, RECORD_ROOT)
    if name != RECORD_ROOT:
        _parse_xml(body, RECORD_ROOT)
    end = body.rstrip()[-len(RECORD_ROOT) - 200 :]
    if not re.search(rb"</PubmedArticleSet\s*>$|<PubmedArticleSet\s*/>$", end):
        raise PayloadError(RECORD_ROOT, "the reply breaks off before its end")


def _root_name(body: bytes, what: str) -> str:
    head = body[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head:
        raise PayloadError(what, "the reply is empty")
    if head[:2] == b"\x1f\x8b":
        raise PayloadError(what, "the reply is compressed and does not say so")
    if re.match(rb"<(!doctype\s+)?html\b", head, re.I):
        raise PayloadError(what, "the reply is an HTML page")
    first = re.search(rb"<([A-Za-z][\w.-]*)", head)
    if head[:1] != b"<" or first is None:
        raise PayloadError(what, "the reply is not XML")
    return first.group(1).decode("ascii")


def _parse_xml(body: bytes, root_name: str) -> etree._Element:
    _root_name(body, root_name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position if error.position else (0, 0)
        raise PayloadError(root_name, "the reply is broken off or not XML", position=f"{line}:{column}") from None
    # NCBI names the failure in <ERROR>, in any utility's own root element.
    said = root.find(".//ERROR")
    if said is not None:
        raise UpstreamSaysError(root.tag, _words(said) or "an error without words")
    if root.tag != root_name:
        raise PayloadError(root_name, f"the reply is a <{root.tag}>")
    return root


def _words(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())
