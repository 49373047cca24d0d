"""A PubmedArticle as the plain fields of a `exokb.domain.record.Record`.

Children are walked once and told apart by tag: a file has some 160 elements a record, and looking each one up by
path would take several times as long. What a field is called and where it stands:
https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/el-MedlineCitation.html.
"""

from __future__ import annotations

from typing import Any

from lxml.etree import _Element

from exokb.errors import PayloadError
from exokb.sources.pubmed.dates import full_date, read_date, read_issue_date
from exokb.sources.pubmed.linked import (
    find_doi,
    find_pmid,
    read_article_ids,
    read_corrections,
    read_references,
)
from exokb.sources.pubmed.markup import read_marked, read_text
from exokb.sources.pubmed.people import read_people

Fields = dict[str, Any]

_JOURNAL_INFO = {
    "Country": "country",
    "MedlineTA": "medline_ta",
    "NlmUniqueID": "nlm_id",
    "ISSNLinking": "issn_linking",
}
_GRANT = {"GrantID": "number", "Acronym": "acronym", "Agency": "agency", "Country": "country"}


def read_article(article: _Element) -> Fields:
    """Read one PubmedArticle.

    Raises:
        PayloadError: it has no MedlineCitation, or no usable PMID; ``element`` names what is missing.
    """
    record: Fields = {}
    dates: Fields = {}
    citation: _Element | None = None
    reference_lists: list[_Element] = []
    for part in article:
        if part.tag == "MedlineCitation" and citation is None:
            citation = part
            _read_citation(part, record, dates)
        elif part.tag == "PubmedData":
            read_pubmed_data(part, record, dates, reference_lists)
    if citation is None:
        raise PayloadError("MedlineCitation", "the element is missing")
    electronic_doi = record.pop("electronic_doi", None)
    if electronic_doi:
        record.setdefault("doi", electronic_doi)
    if reference_lists:
        _unite_references(record, read_references(reference_lists))
    finish_dates(record, dates, dates.get("print"), dates.get("electronic"))
    return record


def read_pmid(element: _Element, record: Fields) -> None:
    """Read the record's own PMID and its version; a second PMID element does not count.

    Raises:
        PayloadError: the text is no PMID.
    """
    if "pmid" in record:
        return
    pmid = find_pmid(element.text)
    if pmid is None:
        raise PayloadError("PMID", f"{(element.text or '')[:40]!r} is no PMID")
    record["pmid"] = pmid
    version = element.get("Version", "1").strip()
    if version.isascii() and version.isdigit() and len(version) < 5:
        record["version"] = int(version) or 1


def read_pubmed_data(data: _Element, record: Fields, dates: Fields, reference_lists: list[_Element]) -> None:
    """Read PubmedData or PubmedBookData: history, status, the record's own identifiers, its reference lists."""
    for part in data:
        tag = part.tag
        if tag == "ArticleIdList":
            read_article_ids(part, record)
        elif tag == "History":
            for event in part:
                status = event.get("PubStatus")
                if status == "entrez" or (status == "pubmed" and "pubmed" not in dates):
                    dates["entered" if status == "entrez" else "pubmed"] = read_date(event)
        elif tag == "ReferenceList":
            reference_lists.append(part)
        elif tag == "PublicationStatus":
            record["publication_status"] = read_text(part) or None


def finish_dates(record: Fields, dates: Fields, *published: str | None) -> None:
    """Put the dates in the record, with the earliest one published, else the first that PubMed knew it, to sort by."""
    noticed = (dates.pop("pubmed", None), dates.pop("created", None))
    sort = full_date(*published)
    if not sort:
        known = (dates.get("entered"), *noticed, dates.get("completed"), dates.get("revised"))
        sort = full_date(next((date for date in known if date), None))
    dates["sort"] = sort
    record["dates"] = dates


def _read_citation(citation: _Element, record: Fields, dates: Fields) -> None:
    journal: Fields = {}
    record["journal"] = journal
    record["status"] = citation.get("Status")
    keywords: Fields = {}
    for part in citation:
        tag = part.tag
        if tag == "Article":
            _read_article_body(part, record, journal, dates)
        elif tag == "KeywordList":
            read_keywords(part, keywords)
        elif tag == "PMID":
            read_pmid(part, record)
        elif tag == "DateRevised":
            dates["revised"] = read_date(part)
        elif tag == "DateCompleted":
            dates["completed"] = read_date(part)
        elif tag == "DateCreated":
            dates["created"] = read_date(part)
        elif tag == "MedlineJournalInfo":
            for item in part:
                name = _JOURNAL_INFO.get(item.tag)
                if name is not None and (text := read_text(item)):
                    journal[name] = text
        elif tag == "MeshHeadingList":
            record["mesh"] = _read_mesh(part)
        elif tag == "CoiStatement":
            record["conflict_of_interest"] = read_text(part) or None
        elif tag == "CommentsCorrectionsList":
            read_corrections(part, record)
        elif tag == "ChemicalList":
            record["chemicals"] = _read_chemicals(part)
        elif tag == "SupplMeshList":
            record["supplementary_mesh"] = [
                {"name": name, "ui": item.get("UI"), "type": item.get("Type")}
                for item in part
                if (name := read_text(item))
            ]
        elif tag == "OtherAbstract":
            _read_other_abstract(part, record)
        elif tag == "InvestigatorList":
            record.setdefault("investigators", []).extend(read_people(part))
    if "pmid" not in record:
        raise PayloadError("MedlineCitation/PMID", "the element is missing")
    if keywords:
        record["keywords"] = list(keywords.values())


def _read_article_body(article: _Element, record: Fields, journal: Fields, dates: Fields) -> None:
    for part in article:
        tag = part.tag
        if tag == "AuthorList":
            record["authors"] = read_people(part)
            if part.get("CompleteYN") == "N":
                record["authors_complete"] = False
        elif tag == "Abstract":
            read_abstract(part, record)
        elif tag == "ArticleTitle":
            record["title"], record["title_marked"] = read_marked(part)
        elif tag == "Journal":
            _read_journal(part, record, journal, dates)
        elif tag == "ELocationID":
            # A DOI that the publisher has withdrawn as wrong is marked ValidYN="N".
            if part.get("EIdType") == "doi" and part.get("ValidYN") != "N" and (doi := find_doi(part.text)):
                record.setdefault("electronic_doi", doi)
        elif tag == "Language":
            if text := read_text(part):
                record.setdefault("languages", []).append(text)
        elif tag == "ArticleDate":
            if "electronic" not in dates and part.get("DateType", "Electronic") == "Electronic":
                dates["electronic"] = read_date(part)
        elif tag == "PublicationTypeList":
            record["publication_types"] = [text for item in part if (text := read_text(item))]
        elif tag == "Pagination":
            record["pages"] = read_pages(part)
        elif tag == "GrantList":
            record["grants"] = read_grants(part)
        elif tag == "DataBankList":
            record["data_banks"] = _read_data_banks(part)
        elif tag == "VernacularTitle":
            record["vernacular_title"] = read_text(part) or None


def _read_journal(element: _Element, record: Fields, journal: Fields, dates: Fields) -> None:
    for part in element:
        tag = part.tag
        if tag == "JournalIssue":
            for item in part:
                if item.tag == "PubDate":
                    dates["print"], dates["medline"] = read_issue_date(item)
                elif item.tag == "Volume":
                    record["volume"] = read_text(item) or None
                elif item.tag == "Issue":
                    record["issue"] = read_text(item) or None
        elif tag == "ISSN":
            journal["issn"] = read_text(part) or None
        elif tag == "Title":
            journal["title"] = read_text(part) or None
        elif tag == "ISOAbbreviation":
            journal["iso"] = read_text(part) or None


def read_abstract(abstract: _Element, record: Fields) -> None:
    """Read an Abstract: its sections and its copyright line."""
    sections = read_sections(abstract)
    if sections:
        record["abstract"] = sections
    for part in abstract:
        if part.tag == "CopyrightInformation":
            record["abstract_copyright"] = read_text(part) or None


def read_sections(abstract: _Element) -> list[Fields]:
    """Read the AbstractTexts that are not empty. ``UNLABELLED`` is NLM's word for a section without a label."""
    sections: list[Fields] = []
    for part in abstract:
        if part.tag != "AbstractText":
            continue
        plain, marked = read_marked(part)
        if plain:
            label = " ".join(part.get("Label", "").split())
            sections.append(
                {
                    "text": plain,
                    "label": label if label and label != "UNLABELLED" else None,
                    "category": part.get("NlmCategory"),
                    "marked": marked,
                }
            )
    return sections


def read_keywords(keyword_list: _Element, keywords: Fields) -> None:
    """Add the keywords of one KeywordList to those found so far, by their case-folded form."""
    for item in keyword_list:
        if text := read_text(item):
            keywords.setdefault(text.casefold(), text)


def read_pages(pagination: _Element) -> str | None:
    """Give the pages as MedlinePgn has them (``764-9``), else the first and the last."""
    found = {item.tag: read_text(item) for item in pagination}
    if medline := found.get("MedlinePgn"):
        return medline
    return "-".join(text for tag in ("StartPage", "EndPage") if (text := found.get(tag))) or None


def read_grants(grant_list: _Element) -> list[Fields]:
    """Read a GrantList."""
    grants: list[Fields] = []
    for grant in grant_list:
        fields: Fields = {}
        for item in grant:
            name = _GRANT.get(item.tag)
            if name is not None and (text := read_text(item)):
                fields[name] = text
        if fields:
            grants.append(fields)
    return grants


def _read_other_abstract(abstract: _Element, record: Fields) -> None:
    if sections := read_sections(abstract):
        entry = {"type": abstract.get("Type") or "", "language": abstract.get("Language", "eng"), "sections": sections}
        record.setdefault("other_abstracts", []).append(entry)


def _read_mesh(heading_list: _Element) -> list[Fields]:
    headings: list[Fields] = []
    for heading in heading_list:
        fields: Fields = {}
        qualifiers: list[Fields] = []
        for item in heading:
            name = read_text(item)
            if not name:
                continue
            major = item.get("MajorTopicYN") == "Y"
            if item.tag == "DescriptorName":
                fields = {"descriptor": name, "ui": item.get("UI"), "major": major}
            elif item.tag == "QualifierName":
                qualifiers.append({"name": name, "ui": item.get("UI"), "major": major})
        if fields:
            fields["qualifiers"] = qualifiers
            headings.append(fields)
    return headings


def _read_chemicals(chemical_list: _Element) -> list[Fields]:
    chemicals: list[Fields] = []
    for chemical in chemical_list:
        fields: Fields = {}
        for item in chemical:
            if item.tag == "RegistryNumber":
                fields["registry_number"] = read_text(item) or None
            elif item.tag == "NameOfSubstance" and (name := read_text(item)):
                fields["name"], fields["ui"] = name, item.get("UI")
        if "name" in fields:
            chemicals.append(fields)
    return chemicals


def _read_data_banks(bank_list: _Element) -> list[Fields]:
    banks: list[Fields] = []
    for bank in bank_list:
        name, accessions = "", []
        for item in bank:
            if item.tag == "DataBankName":
                name = read_text(item)
            elif item.tag == "AccessionNumberList":
                accessions += [text for number in item if (text := read_text(number))]
        if name or accessions:
            banks.append({"name": name, "accessions": accessions})
    return banks


def _unite_references(record: Fields, listed: list[Fields]) -> None:
    """Put the list's references before those of the comments, which it may name again."""
    known = {reference.get("pmid") for reference in listed}
    more = [reference for reference in record.get("references", ()) if reference["pmid"] not in known]
    last = listed[-1]["position"] if listed else 0
    record["references"] = listed + [{**reference, "position": last + n} for n, reference in enumerate(more, 1)]
