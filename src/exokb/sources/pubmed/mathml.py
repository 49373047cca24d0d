"""MathML inside titles and abstracts: a readable line of text, and the formula itself for showing.

PubMed embeds presentation MathML (https://www.w3.org/TR/MathML3/chapter3.html) in ArticleTitle, AbstractText,
Keyword and Citation.
"""

from __future__ import annotations

from html import escape

from lxml.etree import _Element

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
_PREFIX = f"{{{NAMESPACE}}}"
_TOKENS = frozenset({"mi", "mn", "mo", "mtext", "ms", "annotation"})
# Presentation attributes that can carry a link or a script; formulas are shown in browsers.
_UNSAFE = frozenset({"href", "src", "altimg", "actiontype", "style", "definitionURL", "cdgroup"})


def local_name(element: _Element) -> str | None:
    """Give the MathML name of an element, or None if it is none (``{...MathML}mi`` and a bare ``math`` are)."""
    tag = element.tag
    if not isinstance(tag, str):
        return None
    if tag.startswith(_PREFIX):
        return tag[len(_PREFIX) :]
    return "math" if tag == "math" else None


def plain_math(element: _Element) -> str:
    """Read a formula as one line: ``√3``, ``a/b``, ``x2`` (as plain text has ``H2O``), ``(a, b)``."""
    name = _name(element)
    if name in _TOKENS:
        return " ".join("".join(map(str, element.itertext())).split())
    parts = [plain_math(child) for child in element if isinstance(child.tag, str) and _is_content(child)]
    if name == "semantics":
        return parts[0] if parts else ""
    if name == "mfrac" and len(parts) == 2:
        return f"{_grouped(parts[0])}/{_grouped(parts[1])}"
    if name == "msqrt":
        return f"√{_grouped(''.join(parts))}"
    if name == "mroot" and len(parts) == 2:
        return f"{parts[1]}√{_grouped(parts[0])}"
    if name == "mfenced":
        return f"{element.get('open', '(')}{', '.join(parts)}{element.get('close', ')')}"
    if name == "mtable":
        return "; ".join(parts)
    if name in {"mtr", "mlabeledtr", "mspace"}:
        return " ".join(parts) if parts else " "
    if not parts and element.text:
        return " ".join(element.text.split())
    return "".join(parts)


def marked_math(element: _Element, *, outermost: bool = True) -> str:
    """Write a formula as MathML without a prefix: the same elements, attributes that could act left out."""
    name = _name(element)
    attributes = "".join(
        f' {key}="{escape(value)}"'
        for key, value in element.attrib.items()
        if isinstance(key, str)
        and isinstance(value, str)
        and not key.startswith("{")
        and key not in _UNSAFE
        and not key.lower().startswith("on")
    )
    if outermost:
        attributes = f' xmlns="{NAMESPACE}"{attributes}'
    inside = [escape(_kept(element.text), quote=False)]
    for child in element:
        if isinstance(child.tag, str):
            inside.append(marked_math(child, outermost=False) if _is_math(child) else escape(plain_math(child)))
        inside.append(escape(_kept(child.tail), quote=False))
    return f"<{name}{attributes}>{''.join(inside)}</{name}>"


def _name(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _is_math(element: _Element) -> bool:
    tag = str(element.tag)
    return tag.startswith(_PREFIX) or ("}" not in tag and tag.startswith("m"))


def _is_content(element: _Element) -> bool:
    # The TeX source that some publishers leave beside the formula would say it twice.
    return _name(element) not in {"annotation", "annotation-xml", "mphantom"}


def _kept(text: str | None) -> str:
    return text if text and not text.isspace() else ""


def _grouped(text: str) -> str:
    return text if len(text) <= 1 or text.removeprefix("√").isalnum() else f"({text})"
