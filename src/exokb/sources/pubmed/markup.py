"""Text of PubMed elements: plain for reading and searching, marked where inline markup carries meaning.

PubMed allows ``i b u sub sup`` and MathML inside titles, abstracts, keywords and citations
(https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/el-AbstractText.html). Every run of white space, a no-break or
thin blank included, becomes one blank, so that a search for two words finds them however they were typeset.
"""

from __future__ import annotations

from html import escape

from lxml.etree import _Element

from exokb.sources.pubmed.mathml import local_name, marked_math, plain_math

_INLINE = frozenset({"i", "b", "u", "sub", "sup"})


def read_text(element: _Element) -> str:
    """Give an element's plain text, whatever is inside; empty if there is none."""
    if len(element):
        return " ".join(_plain(element).split())
    text = element.text
    return " ".join(text.split()) if text else ""


def read_marked(element: _Element) -> tuple[str, str | None]:
    """Give an element's plain text and its marked-up text.

    The marked-up text holds ``i b u sub sup`` and MathML as elements and everything else escaped as in HTML; it is
    None where there is no such markup.
    """
    if not len(element):
        text = element.text
        return (" ".join(text.split()) if text else ""), None
    pieces: list[str] = []
    has_markup = _mark(element, pieces)
    plain = " ".join(_plain(element).split())
    return plain, (" ".join("".join(pieces).split()) if has_markup else None)


def _plain(element: _Element) -> str:
    pieces = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            pieces.append(plain_math(child) if local_name(child) else _plain(child))
        if child.tail:
            pieces.append(child.tail)
    return "".join(pieces)


def _mark(element: _Element, pieces: list[str]) -> bool:
    found = False
    if element.text:
        pieces.append(escape(element.text, quote=False))
    for child in element:
        tag = child.tag
        if tag in _INLINE:
            pieces.append(f"<{tag!s}>")
            _mark(child, pieces)
            pieces.append(f"</{tag!s}>")
            found = True
        elif local_name(child):
            pieces.append(marked_math(child))
            found = True
        elif isinstance(tag, str):
            found = _mark(child, pieces) or found
        if child.tail:
            pieces.append(escape(child.tail, quote=False))
    return found
