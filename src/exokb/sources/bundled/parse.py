"""Read payloads of the bundled source: PubMed XML, or records in exokb's own JSON. Pure."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, ValidationError

from exokb.domain.record import Record
from exokb.errors import PayloadError
from exokb.sources.interface import ParsedRecords
from exokb.sources.pubmed.parse import parse_records as parse_pubmed_records


class SeedFile(BaseModel):
    """The shape of ``seed.json``.

    Attributes:
        records: records whose PMID is not certain, with the DOI as their key.
        covers: per DOI, the values of each facet that a person read off the paper's abstract, which is not bundled.
        unverified: per DOI, what is said of the paper elsewhere and not believed, by field.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    records: tuple[Record, ...]
    covers: dict[str, dict[str, tuple[str, ...]]] = {}
    unverified: dict[str, dict[str, str]] = {}


def parse_seed(body: bytes) -> SeedFile:
    """Read ``seed.json``.

    Raises:
        PayloadError: it is not of that shape.
    """
    try:
        return SeedFile.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise PayloadError("seed/" + "/".join(map(str, first["loc"])), first["msg"]) from error


def parse_records(body: bytes) -> ParsedRecords:
    """Read a payload of records, whichever of the two forms it has.

    Raises:
        PayloadError: the JSON form is not as `SeedFile` has it.
    """
    if body.lstrip()[:1] == b"{":
        return ParsedRecords(records=tuple(enumerate(parse_seed(body).records, 1)))
    return parse_pubmed_records(body)
