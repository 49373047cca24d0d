"""The PMC ID converter's replies, pure (https://pmc.ncbi.nlm.nih.gov/tools/id-converter-api/).

It knows only papers that are in PMC, takes one type of identifier a request and at most 200 of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from exokb.domain.identifiers import Identifier, IdentifierKind, Pmid, normalise_doi, parse_pmcid, parse_pmid
from exokb.errors import InvalidIdentifier, PayloadError
from exokb.sources.json_reply import parse_object, take_objects, take_text

MAX_IDS = 200
MAX_CHARACTERS = 4000
"""A URL past about 8 kB is refused (414), and escaping makes a DOI longer."""


def plan_batches(identifiers: Iterable[Identifier]) -> Iterator[tuple[Identifier, ...]]:
    """Cut identifiers into what one request takes: one kind each, `MAX_IDS` and `MAX_CHARACTERS` at most.

    A DOI with a comma cannot be asked, because commas separate; it is left out.
    """
    for kind in ("pmcid", "doi"):
        batch: list[Identifier] = []
        for identifier in identifiers:
            if identifier.kind != kind or "," in identifier.value:
                continue
            size = sum(len(other.value) + 3 for other in batch) + len(identifier.value)
            if batch and (len(batch) == MAX_IDS or size > MAX_CHARACTERS):
                yield tuple(batch)
                batch = []
            batch.append(identifier)
        if batch:
            yield tuple(batch)


def parse_conversion(body: bytes, kind: IdentifierKind) -> Mapping[Identifier, Pmid]:
    """Read which of the identifiers asked have a PMID.

    Those "not found in PMC" are absent, and so are papers that are in PMC and not in PubMed.

    Raises:
        PayloadError: the reply is no answer of the converter.
    """
    reply = parse_object(body, "idconv")
    if "records" not in reply:
        raise PayloadError("idconv", f"has no records: {take_text(reply, 'message') or 'no reason given'}")
    found: dict[Identifier, Pmid] = {}
    for record in take_objects(reply, "records", "idconv"):
        if take_text(record, "status") == "error" or not take_text(record, "pmid"):
            continue
        for text in (take_text(record, "requested-id"), take_text(record, kind)):
            try:
                value = normalise_doi(text) if kind == "doi" else parse_pmcid(text)
                found[Identifier(kind, value)] = parse_pmid(take_text(record, "pmid"))
            except InvalidIdentifier:
                continue
    return found
