"""From DOIs and PMCIDs to PMIDs, in few requests: the PMC ID converter first, PubMed's search for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from exokb.domain.identifiers import Identifier, IdentifierKind, Pmid
from exokb.errors import SourceError
from exokb.settings import Settings
from exokb.sources.pubmed.eutils import RATE_WITHOUT_KEY, TOOL, Eutils
from exokb.sources.pubmed.idconv import parse_conversion, plan_batches
from exokb.sources.pubmed.replies import SearchReply, parse_search, parse_summary_ids
from exokb.transport import Call, PoliteClient, Reply

SEARCH_BATCH = 20
"""Identifiers in one search: well below a kilobyte of query, so that one odd DOI spoils little."""

SEARCH_HITS = 100
"""More hits than this for a batch are no look-up any more: PubMed fell back to searching the words."""

ALONE = 2
"""So few identifiers are searched one by one, which needs no second request to tell whose hit is whose."""


class Resolver:
    """Finds PMIDs; what it says is a claim that the fetched record has to confirm."""

    def __init__(self, eutils: Eutils, transport: PoliteClient, settings: Settings) -> None:
        self._eutils = eutils
        self._transport = transport
        self._settings = settings

    def find_pmids(self, identifiers: Sequence[Identifier]) -> Mapping[Identifier, Sequence[Pmid]]:
        """Give candidate PMIDs per identifier; one that nobody knows is absent.

        The converter answers 200 identifiers a request and knows papers in PMC. The rest is searched in PubMed: up to
        two one by one; more in batches of 20 joined with OR. Where there are several hits, their summaries tell which
        of them has which DOI. So 20 unknown DOIs cost 2 requests, not 20. A converter that fails is passed over with
        a notice, since the search knows its papers too.

        Raises:
            SourceUnavailable: PubMed's search did not answer.
        """
        asked = tuple(dict.fromkeys(identifiers))
        found: dict[Identifier, Sequence[Pmid]] = {each: (each.pmid,) for each in asked if each.kind == "pmid"}
        found |= self._convert([each for each in asked if each.kind in ("pmcid", "doi")])
        rest = [each for each in asked if each.kind in ("pmcid", "doi") and each not in found]
        if len(rest) <= ALONE:
            return found | self._search_alone(rest)
        for start in range(0, len(rest), SEARCH_BATCH):
            found |= self._search_together(rest[start : start + SEARCH_BATCH])
        return found

    def _convert(self, identifiers: Sequence[Identifier]) -> dict[Identifier, Sequence[Pmid]]:
        found: dict[Identifier, Sequence[Pmid]] = {}
        for batch in plan_batches(identifiers):
            read = partial(_read_conversion, kind=batch[0].kind)
            contact = {"email": self._settings.email} if self._settings.email else {}
            call = Call(
                source="idconv",
                key=describe_identifiers(batch),
                url=self._settings.idconv_url,
                params={
                    "ids": ",".join(each.value for each in batch),
                    "idtype": batch[0].kind,
                    "format": "json",
                    "versions": "no",
                    "tool": TOOL,
                    **contact,
                },
                per_second=RATE_WITHOUT_KEY,  # no limit is published; NCBI's general one
                contact=True,
            )
            try:
                answer = self._transport.request(call, read)
            except SourceError as error:
                self._transport.notice(f"{error}; PubMed's search is asked instead")
                continue
            found |= {each: (answer[each],) for each in batch if each in answer}
        return found

    def _search_alone(self, identifiers: Iterable[Identifier]) -> dict[Identifier, Sequence[Pmid]]:
        found: dict[Identifier, Sequence[Pmid]] = {}
        for identifier in identifiers:
            reply = self._search([identifier])
            # A DOI that PubMed does not know is searched as words: those hits are answers to another question.
            if not reply.pmids or reply.not_found or reply.count > len(reply.pmids):
                continue
            found |= {identifier: reply.pmids} if len(reply.pmids) == 1 else self._assign([identifier], reply)
        return found

    def _search_together(self, batch: Sequence[Identifier]) -> dict[Identifier, Sequence[Pmid]]:
        reply = self._search(batch)
        if reply.count > len(reply.pmids):
            return self._search_alone(batch)
        return self._assign(batch, reply) if reply.pmids else {}

    def _assign(self, batch: Sequence[Identifier], reply: SearchReply) -> dict[Identifier, Sequence[Pmid]]:
        """Tell from the hits' summaries which of them has which identifier."""
        own_ids = self._eutils.ask(
            "esummary.fcgi",
            {"db": "pubmed", "id": ",".join(map(str, reply.pmids)), "retmode": "json", "version": "2.0"},
            lambda summaries: parse_summary_ids(summaries.body),
            key=f"identifiers of {len(reply.pmids)} papers",
        )
        whose = {each: tuple(pmid for pmid in reply.pmids if each in own_ids.get(pmid, ())) for each in batch}
        return {identifier: pmids for identifier, pmids in whose.items() if pmids}

    def _search(self, identifiers: Sequence[Identifier]) -> SearchReply:
        return self._eutils.ask(
            "esearch.fcgi",
            {
                "db": "pubmed",
                "term": " OR ".join(map(_search_term, identifiers)),
                "retmax": SEARCH_HITS,
                "retmode": "xml",
            },
            lambda reply: parse_search(reply.body),
            key=describe_identifiers(identifiers),
        )


def _read_conversion(reply: Reply, kind: IdentifierKind) -> Mapping[Identifier, Pmid]:
    return parse_conversion(reply.body, kind)


def describe_identifiers(identifiers: Sequence[Identifier]) -> str:
    """Name identifiers in a few words: up to three, and how many more."""
    shown = ", ".join(map(str, identifiers[:3]))
    return shown if len(identifiers) <= 3 else f"{shown} and {len(identifiers) - 3} more"


def _search_term(identifier: Identifier) -> str:
    if identifier.kind == "doi":
        # Quoted, because old DOIs hold parentheses, semicolons and angle brackets.
        return '"' + identifier.value.replace('"', "") + '"[doi]'
    # PubMed finds a PMCID written with its letters; a tag for it is not among its documented fields.
    return identifier.value
