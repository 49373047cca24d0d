"""PubMed XML to records: efetch replies, saved files and pieces of baseline and update files. Pure.

One strict parse reads the whole body. Only where that fails is the body cut at its records and each read alone, so
that one broken record, or a reply that breaks off, costs nothing but itself.

A DOCTYPE is blanked out before parsing: PubMed's XML uses no entity but the five of XML itself, so that declared
ones (external files, nested "bombs") can only be hostile, and without a DOCTYPE they do not exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from pydantic import ValidationError

from exokb.domain.identifiers import Pmid
from exokb.domain.record import Record
from exokb.errors import PayloadError
from exokb.sources.interface import ParsedRecords
from exokb.sources.pubmed.article import read_article
from exokb.sources.pubmed.book import read_book
from exokb.sources.pubmed.linked import find_pmid

_SETS = frozenset({"PubmedArticleSet", "PubmedBookArticleSet"})
_READERS = {"PubmedArticle": read_article, "PubmedBookArticle": read_book}
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BARE_UTF16 = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
_PROLOG = re.compile(
    rb"""(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^\[>"']|"[^"]*"|'[^']*')*(?:\[(?:[^\]"']|"[^"]*"|'[^']*')*\]\s*)?>)*""",
    re.S,
)
_ROOT = re.compile(rb"<([A-Za-z_][\w:.-]*)(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", re.S)
_RECORD_START = re.compile(rb"<(PubmedArticle|PubmedBookArticle)(?=[\s/>])")
_DELETED = re.compile(rb"<DeleteCitation\b.*?(?:</DeleteCitation\s*>|\Z)", re.S)
_PMID = re.compile(rb"<PMID\b[^>]*>\s*(\d{1,9})\s*</PMID>")
_ERROR = re.compile(r"<ERROR>\s*(.*?)\s*(?:</ERROR>|\Z)", re.S | re.I)


def parse_records(body: bytes, *, first: int = 1, offset: int | None = None) -> ParsedRecords:
    """Read a PubmedArticleSet, a PubmedBookArticleSet or a single record of either.

    Args:
        body: the bytes, in any encoding that their byte order mark or XML declaration names.
        first: number of the first record, where the body is a piece of a file.
        offset: where in that file the first record starts, in bytes; failures then say byte offsets in the file.

    Returns:
        The records numbered from ``first``; a failure for each that could not be read, naming its element, number
        and PMID, with the line and column in the body or the offset in the file; the PMIDs of DeleteCitation.
        ``complete`` is False if the XML breaks off or is not well-formed anywhere.

    Raises:
        PayloadError: the body is no PubMed XML at all: empty, a web page, JSON, a service's error, other XML.
    """
    text, damage = _as_utf8(body)
    root_start, root_tag = _find_root(text)
    reading = _Reading(text, root_start, root_tag, first, offset)
    try:
        root = etree.fromstring(text, _parser())
    except etree.XMLSyntaxError as error:
        reading.salvage(error)
    else:
        reading.read_tree(root)
    if damage:
        reading.failures.append(PayloadError("the text", damage))
        reading.complete = False
    return ParsedRecords(
        tuple(reading.records), tuple(reading.failures), tuple(dict.fromkeys(reading.deleted)), reading.complete
    )


class _Reading:
    """One body being read; collects what `ParsedRecords` holds."""

    def __init__(self, text: bytes, root_start: int, root_tag: bytes, first: int, offset: int | None) -> None:
        self.text, self.root_start, self.root_tag, self.first, self.offset = text, root_start, root_tag, first, offset
        self.records: list[tuple[int, Record]] = []
        self.failures: list[PayloadError] = []
        self.deleted: list[Pmid] = []
        self.complete = True
        self._starts: list[int] | None = None

    def read_tree(self, root: etree._Element) -> None:
        number = self.first
        if root.tag in _READERS:
            self._read_record(root, number)
            return
        for element in root:
            if element.tag in _READERS:
                self._read_record(element, number)
                number += 1
            elif element.tag == "DeleteCitation":
                self._read_deleted(element)
            else:
                said = " ".join("".join(map(str, element.itertext())).split())[:200]
                self._fail(str(element.tag), f"no record but {_redacted(said)!r}", f"line {element.sourceline}")

    def salvage(self, error: etree.XMLSyntaxError) -> None:
        """Read each record by itself, after the whole would not be read."""
        self.complete = False
        opening, closing = self._frame()
        for number, (start, piece) in enumerate(self._pieces(), self.first):
            name = self._name(piece, number)
            try:
                root = etree.fromstring(opening + piece + closing, _parser())
            except etree.XMLSyntaxError as trouble:
                self._fail(name, _reason(trouble, piece), self._position(start, trouble, len(opening)))
            else:
                for element in root:
                    self._read_record(element, number)
        for block in _DELETED.finditer(self.text):
            for pmid in _PMID.finditer(block.group()):
                self.deleted.append(Pmid(int(pmid.group(1))))
        if not self.failures:
            line, column = error.position
            self._fail(self._root_name(), _reason(error, b""), f"line {line}, column {column}")

    def _read_record(self, element: etree._Element, number: int) -> None:
        try:
            record = Record.model_validate(_READERS[str(element.tag)](element))
        except PayloadError as error:
            reason = f"{error.element}: {error.reason}"
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            reason = f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
        else:
            self.records.append((number, record))
            return
        pmid = next((find_pmid(item.text) for item in element.iter("PMID") if _is_own(item)), None)
        where = f"line {element.sourceline}"
        starts = self._record_starts()
        if number - self.first < len(starts):
            where = self._position(starts[number - self.first])
        self._fail(f"{element.tag} {number}{f' (PMID {pmid})' if pmid else ''}", reason, where)

    def _read_deleted(self, block: etree._Element) -> None:
        for item in block:
            pmid = find_pmid(item.text)
            if pmid is None:
                self._fail("DeleteCitation/PMID", f"{(item.text or '')[:40]!r} is no PMID", f"line {item.sourceline}")
            else:
                self.deleted.append(Pmid(pmid))

    def _fail(self, element: str, reason: str, position: str) -> None:
        self.failures.append(PayloadError(element, reason, position=position))

    def _record_starts(self) -> list[int]:
        if self._starts is None:
            self._starts = [match.start() for match in _RECORD_START.finditer(self.text, self.root_start)]
        return self._starts

    def _pieces(self) -> Iterator[tuple[int, bytes]]:
        """Cut the text at its records: where each starts, and its bytes up to its end tag or the next record."""
        starts = self._record_starts()
        for index, start in enumerate(starts):
            piece = self.text[start : starts[index + 1] if index + 1 < len(starts) else None]
            end = b"</" + piece[1 : piece.find(b"Article") + 7] + b">"
            at = piece.rfind(end)
            yield start, piece[: at + len(end)] if at >= 0 else piece

    def _frame(self) -> tuple[bytes, bytes]:
        """Give a start and an end tag to read a piece between: the set's own, which may declare namespaces."""
        name = self._root_name()
        if name not in _SETS or self.root_tag.endswith(b"/>"):
            return b"<PubmedArticleSet>", b"</PubmedArticleSet>"
        return self.root_tag, f"</{name}>".encode()

    def _root_name(self) -> str:
        match = _ROOT.match(self.root_tag)
        return match.group(1).decode() if match else ""

    def _name(self, piece: bytes, number: int) -> str:
        tag = piece[1 : piece.find(b"Article") + 7].decode()
        pmid = _PMID.search(piece)
        return f"{tag} {number}{f' (PMID {int(pmid.group(1))})' if pmid else ''}"

    def _position(self, start: int, error: etree.XMLSyntaxError | None = None, ahead: int = 0) -> str:
        if self.offset is not None:
            return f"byte {self.offset + start - self._record_starts()[0]}"
        line, column = self.text.count(b"\n", 0, start) + 1, start - self.text.rfind(b"\n", 0, start)
        if error is not None:
            # libxml2 counts from the start of the frame put around the piece, columns in bytes.
            frame_lines = self._frame()[0].count(b"\n")
            error_line, error_column = error.position
            if error_line - frame_lines <= 1:
                return f"line {line}, column {column + max(error_column - ahead - 1, 0)}"
            return f"line {line + error_line - frame_lines - 1}, column {error_column}"
        return f"line {line}, column {column}"


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _as_utf8(body: bytes) -> tuple[bytes, str]:
    """Give the body as UTF-8, everything before its root blanked (lines and columns stay), and any damage.

    Raises:
        PayloadError: it declares an encoding that does not exist.
    """
    encoding, damage = "utf-8", ""
    text = body
    for mark, name in (*_BOMS, *_BARE_UTF16):
        if body.startswith(mark):
            encoding = name
            text = body[3:] if name == "utf-8" else body
            break
    else:
        declared = _DECLARED.match(body)
        if declared:
            encoding = declared.group(1).decode("ascii").lower()
    if encoding not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        try:
            text = body.decode(encoding).removeprefix("\ufeff").encode()
        except LookupError as error:
            raise PayloadError("XML declaration", f"the encoding {encoding!r} is not known") from error
        except UnicodeError as error:
            damage = f"not all of it is {encoding}: {error}"[:200]
            text = body.decode(encoding, errors="replace").removeprefix("\ufeff").encode(errors="replace")
    prolog = _PROLOG.match(text)
    if prolog and prolog.end():
        text = _blanked(prolog.group()) + text[prolog.end() :]
    return text, damage


def _blanked(text: bytes) -> bytes:
    return re.sub(rb"[^\n]", b" ", text)


def _find_root(text: bytes) -> tuple[int, bytes]:
    """Find the start tag of the document's root.

    Raises:
        PayloadError: there is none, or it is none of PubMed's.
    """
    at = len(text) - len(text.lstrip())
    if at == len(text):
        raise PayloadError("the reply", "it is empty")
    root = _ROOT.match(text, at)
    name = root.group(1).decode("utf-8", "replace") if root else ""
    if root and (name in _SETS or name in _READERS):
        return at, root.group()
    raise PayloadError(
        "the reply", _describe(text[at : at + 4000].decode("utf-8", "replace"), name), position=f"byte {at}"
    )


def _describe(text: str, root: str) -> str:
    """Say what a body is that is no PubMed XML, in words."""
    if said := _ERROR.search(text):
        return f"the service reports an error: {_redacted(' '.join(said.group(1).split())[:200])}"
    if root.lower() == "html" or (not root and "<html" in text[:1000].lower()):
        return "it is a web page, not PubMed XML"
    if text[0] in '{["':
        return "it is JSON, not PubMed XML"
    if root:
        return f"its root element is {root!r}, not a set of PubMed records"
    if text.startswith("<"):
        return "it breaks off, or is broken, before the first record"
    if re.match(r"(?:PMID|TI|AU|OWN|STAT)\s*-", text):
        return "it is MEDLINE text (.nbib), not PubMed XML"
    return "it is text, not PubMed XML"


def _redacted(text: str) -> str:
    # A service may quote the request, and with it an API key (36 hexadecimal digits) or an address.
    return re.sub(r"[0-9A-Fa-f]{24,}|\S+@\S+", "...", "".join(char for char in text if char.isprintable()))


def _reason(error: etree.XMLSyntaxError, piece: bytes) -> str:
    reason = re.sub(r",? line \d+, column \d+.*$", "", str(error.msg or error), flags=re.S)
    reason = re.sub(r" line \d+ and ", " and ", reason)  # counted within the piece
    if piece and not piece.endswith((b"</PubmedArticle>", b"</PubmedBookArticle>")):
        return f"the record has no end: {reason}"
    return f"not well-formed: {reason}"


def _is_own(pmid: etree._Element) -> bool:
    parent = pmid.getparent()
    return parent is not None and parent.tag in {"MedlineCitation", "BookDocument"}
