"""A PubmedBookArticle, a book or a chapter of NCBI Bookshelf, as the plain fields of a `Record`.

The elements: https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/el-BookDocument.html.
"""

from __future__ import annotations

from lxml.etree import _Element

from exokb.errors import PayloadError
from exokb.sources.pubmed.article import (
    Fields,
    finish_dates,
    read_abstract,
    read_grants,
    read_keywords,
    read_pages,
    read_pmid,
    read_pubmed_data,
)
from exokb.sources.pubmed.dates import read_date, read_issue_date
from exokb.sources.pubmed.linked import find_doi, read_article_ids, read_references
from exokb.sources.pubmed.markup import read_marked, read_text
from exokb.sources.pubmed.people import read_people


def read_book(element: _Element) -> Fields:
    """Read one PubmedBookArticle.

    A chapter has its own title, authors and date; where it has none, and for a whole book, the book's stand.
    ``dates.print`` is the book's date, ``dates.electronic`` the chapter's contribution date, by which it sorts.

    Raises:
        PayloadError: it has no BookDocument, or no usable PMID.
    """
    record: Fields = {"kind": "book"}
    dates: Fields = {}
    book: Fields = {"isbns": [], "editors": []}
    container: Fields = {}
    reference_lists: list[_Element] = []
    document: _Element | None = None
    for part in element:
        if part.tag == "BookDocument" and document is None:
            document = part
            _read_document(part, record, dates, book, container, reference_lists)
        elif part.tag == "PubmedBookData":
            read_pubmed_data(part, record, dates, reference_lists)
    if document is None:
        raise PayloadError("BookDocument", "the element is missing")
    for entry in record.get("other_ids", ()):
        if entry["type"] == "bookaccession":
            book.setdefault("accession", entry["value"])
    if not record.get("title"):
        record["title"], record["title_marked"] = container.get("title", ("", None))
        if container.get("doi"):
            record.setdefault("doi", container["doi"])
    if not record.get("authors"):
        record["authors"] = container.get("authors", [])
    book.setdefault("title", "")
    record["book"] = book
    if reference_lists:
        record["references"] = read_references(reference_lists)
    finish_dates(record, dates, dates.get("electronic") or dates.get("print"))
    return record


def _read_document(
    document: _Element,
    record: Fields,
    dates: Fields,
    book: Fields,
    container: Fields,
    reference_lists: list[_Element],
) -> None:
    keywords: Fields = {}
    for part in document:
        tag = part.tag
        if tag == "PMID":
            read_pmid(part, record)
        elif tag == "ArticleIdList":
            read_article_ids(part, record)
        elif tag == "Book":
            _read_container(part, record, dates, book, container)
        elif tag == "ArticleTitle":
            record["title"], record["title_marked"] = read_marked(part)
        elif tag == "VernacularTitle":
            record["vernacular_title"] = read_text(part) or None
        elif tag == "Pagination":
            record["pages"] = read_pages(part)
        elif tag == "Language":
            if text := read_text(part):
                record.setdefault("languages", []).append(text)
        elif tag == "AuthorList":
            _read_people(part, record, book)
        elif tag == "InvestigatorList":
            record.setdefault("investigators", []).extend(read_people(part))
        elif tag == "PublicationType":
            if text := read_text(part):
                record.setdefault("publication_types", []).append(text)
        elif tag == "Abstract":
            read_abstract(part, record)
        elif tag == "Sections":
            book["sections"] = _read_section_titles(part)
        elif tag == "KeywordList":
            read_keywords(part, keywords)
        elif tag == "ContributionDate":
            dates["electronic"], dates["medline"] = read_issue_date(part)
        elif tag == "DateRevised":
            dates["revised"] = read_date(part)
        elif tag == "GrantList":
            record["grants"] = read_grants(part)
        elif tag == "ReferenceList":
            reference_lists.append(part)
    if "pmid" not in record:
        raise PayloadError("BookDocument/PMID", "the element is missing")
    if keywords:
        record["keywords"] = list(keywords.values())


def _read_container(element: _Element, record: Fields, dates: Fields, book: Fields, container: Fields) -> None:
    for part in element:
        tag = part.tag
        if tag == "Publisher":
            for item in part:
                if item.tag == "PublisherName":
                    book["publisher"] = read_text(item) or None
                elif item.tag == "PublisherLocation":
                    book["place"] = read_text(item) or None
        elif tag == "BookTitle":
            container["title"] = read_marked(part)
            book["title"] = container["title"][0]
        elif tag == "PubDate":
            date, words = read_issue_date(part)
            dates["print"] = date
            dates.setdefault("medline", words)
        elif tag == "AuthorList":
            _read_people(part, container, book)
        elif tag == "InvestigatorList":
            record.setdefault("investigators", []).extend(read_people(part))
        elif tag == "Volume":
            record["volume"] = read_text(part) or None
        elif tag == "Edition":
            book["edition"] = read_text(part) or None
        elif tag == "Isbn":
            if text := read_text(part):
                book["isbns"].append(text)
        elif tag == "ELocationID" and part.get("EIdType") == "doi" and part.get("ValidYN") != "N":
            container.setdefault("doi", find_doi(part.text))


def _read_people(element: _Element, record: Fields, book: Fields) -> None:
    if element.get("Type") == "editors":
        book["editors"] += read_people(element)
        return
    record.setdefault("authors", []).extend(read_people(element))
    if element.get("CompleteYN") == "N":
        record["authors_complete"] = False


def _read_section_titles(sections: _Element) -> list[str]:
    titles: list[str] = []
    for part in sections:
        if part.tag == "SectionTitle":
            if text := read_text(part):
                titles.append(text)
        elif part.tag == "Section":
            titles += _read_section_titles(part)
    return titles
