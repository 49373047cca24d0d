"""How a fault changes a reply: what becomes of its bytes, and how they go over the wire."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from tests.upstream.faults import Fault, Strike
from tests.upstream.message import RecordXml, Reply, Request, json_reply

_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n"
    "<body><h1>{title}</h1><p>The server is temporarily unable to service your request.</p></body></html>\n"
)
_ROOTS = {
    "esearch": "eSearchResult",
    "efetch": "eFetchResult",
    "epost": "ePostResult",
    "elink": "eLinkResult",
    "esummary": "eSummaryResult",
}


class Wire(Enum):
    """How the bytes of a reply are sent."""

    WHOLE = auto()
    HANG = auto()
    DISCONNECT = auto()
    RESET_MIDWAY = auto()
    CLOSE_MIDWAY = auto()
    TRICKLE = auto()


@dataclass(frozen=True, slots=True)
class Sending:
    """A reply and how to send it; ``encoding`` overrides the Content-Encoding."""

    reply: Reply
    wire: Wire = Wire.WHOLE
    encoding: str = ""
    seconds: float = 0.0


def rate_limit_reply(who: str, count: int, limit: int, retry_after: str = "2") -> Reply:
    """Reply as NCBI does beyond the allowed rate: numbers as strings, the address or key of who asked."""
    body = {"error": "API rate limit exceeded", "api-key": who, "count": str(count), "limit": str(limit)}
    headers = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": "0"}
    if retry_after:
        headers["Retry-After"] = retry_after
    return replace(json_reply(body, 429), media_type="application/json", headers=headers)


def spoil(reply: Reply, strike: Strike, request: Request, foreign: RecordXml | None = None) -> Sending:
    """Let one fault strike a reply.

    Args:
        reply: what the service would have said.
        strike: the fault.
        request: what was asked.
        foreign: a record that was not asked for, for `Fault.FOREIGN`.
    """
    match strike.fault:
        case Fault.TOO_MANY:
            return Sending(rate_limit_reply(request.get("api_key") or request.address, 4, 3, strike.retry_after))
        case Fault.SERVER_ERROR:
            return Sending(_page("500 Internal Server Error", 500))
        case Fault.BAD_GATEWAY:
            return Sending(_page("502 Bad Gateway", 502))
        case Fault.UNAVAILABLE:
            headers = {"Retry-After": strike.retry_after} if strike.retry_after else {}
            return Sending(replace(_page("503 Service Unavailable", 503), headers=headers))
        case Fault.HTML:
            return Sending(_page("Site under maintenance", 200))
        case Fault.EMPTY:
            return Sending(replace(reply, head=b"", records=(), tail=b""))
        case Fault.ERROR_ELEMENT:
            return Sending(_error_element(reply, request.endpoint))
        case Fault.STUB:
            return Sending(json_reply({"version": "6.9"}))
        case Fault.HANG:
            return Sending(reply, Wire.HANG, seconds=strike.seconds)
        case Fault.DISCONNECT:
            return Sending(reply, Wire.DISCONNECT)
        case Fault.RESET:
            return Sending(reply, Wire.RESET_MIDWAY)
        case Fault.SHORT:
            return Sending(reply, Wire.CLOSE_MIDWAY)
        case Fault.TRUNCATED:
            return Sending(replace(reply, head=reply.body[: _breaking_point(reply)], records=(), tail=b""))
        case Fault.FALSE_GZIP:
            return Sending(reply, encoding="gzip")
        case Fault.BAD_BYTES:
            cut = _breaking_point(reply)
            return Sending(replace(reply, head=reply.body[:cut] + b"\xff" + reply.body[cut:], records=(), tail=b""))
        case Fault.TRICKLE:
            return Sending(reply, Wire.TRICKLE, seconds=strike.seconds)
        case _:
            return Sending(replace(reply, records=_spoil_records(reply.records, strike, foreign)))


def _page(title: str, status: int) -> Reply:
    return Reply(_PAGE.format(title=title).encode(), status, "text/html; charset=UTF-8")


def _error_element(reply: Reply, endpoint: str) -> Reply:
    said = "Search Backend failed: Database is not supported: pubmed"
    root = _ROOTS.get(endpoint, "eFetchResult")
    if "json" in reply.media_type:
        return json_reply({root.lower(): {"ERROR": said}})
    return Reply(f'<?xml version="1.0" encoding="UTF-8" ?>\n<{root}>\n\t<ERROR>{said}</ERROR>\n</{root}>\n'.encode())


def _breaking_point(reply: Reply) -> int:
    """Give an offset inside the last record, after all the others; in the middle where there are no records.

    A JSON body breaks between two characters of ASCII, so that only its end is missing.
    """
    if reply.records:
        last = reply.records[-1].xml
        cut = len(reply.body) - len(reply.tail) - 1 - len(last) // 2
    else:
        cut = len(reply.body) // 2
    body = reply.body
    while 0 < cut < len(body) and body[cut] & 0xC0 == 0x80:
        cut -= 1
    return cut


def _spoil_records(records: tuple[RecordXml, ...], strike: Strike, foreign: RecordXml | None) -> tuple[RecordXml, ...]:
    if strike.fault is Fault.FOREIGN:
        return (*records, foreign) if foreign else records
    if not records:
        return records
    if strike.fault is Fault.REORDERED:
        return (*records[1:], records[0]) if len(records) > 1 else records
    place = next((n for n, record in enumerate(records) if record.pmid == strike.pmid), None)
    if place is None:
        if strike.pmid is not None:
            return records
        place = len(records) // 2
    hit = records[place]
    if strike.fault is Fault.MISSING:
        changed: tuple[RecordXml, ...] = ()
    elif strike.fault is Fault.DUPLICATED:
        changed = (hit, hit)
    elif strike.fault is Fault.WITHOUT_PMID:
        changed = (RecordXml(hit.pmid, _without_pmid(hit.xml)),)
    else:
        changed = (RecordXml(hit.pmid, hit.xml.replace(b"</ArticleTitle>", b"</ArticleTitel>", 1)),)
    return (*records[:place], *changed, *records[place + 1 :])


def _without_pmid(xml: bytes) -> bytes:
    start = xml.index(b"<PMID")
    end = xml.index(b"</PMID>", start) + len(b"</PMID>")
    rest = xml[:start] + xml[end:]
    # the PMID also stands in the ArticleIdList, which a reader may not take for the record's own
    at = rest.find(b'<ArticleId IdType="pubmed">')
    if at < 0:
        return rest
    return rest[:at] + rest[rest.index(b"</ArticleId>", at) + len(b"</ArticleId>") :]
