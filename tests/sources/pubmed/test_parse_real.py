"""Real downloaded records: all of them are read, and say what two independent readings say.

One reading is plain XPath, the other is Biopython's `Bio.Entrez.read` with the DTDs it ships.
"""

from __future__ import annotations

import gzip
import os
import random
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from Bio import Entrez
from lxml import etree

from exokb.domain.identifiers import normalise_doi
from exokb.domain.record import Record
from exokb.errors import InvalidIdentifier, PayloadError
from exokb.formats.pubmedxml import decompress, looks_like_pubmed_xml, split_batches
from exokb.sources.pubmed.parse import parse_records

pytestmark = pytest.mark.realdata

MATH = "{http://www.w3.org/1998/Math/MathML}math"
OTHER_FORMATS = {"MedlinePlainImporterTestInvalidFormat.xml", "jmjamison_output.xml"}
BROKEN = {
    "MedlineImporterTestMalformedEntry.xml": r"PubmedArticle 1 at line 4, column \d+: the record has no end: .*",
    "MedlineImporterTestMinimalEntry.xml": "PubmedArticle 1 at line 2, column 1: MedlineCitation: .*missing",
}


@pytest.fixture(scope="session")
def sample_body(real_data: Path) -> bytes:
    return gzip.decompress((real_data / "pubmed" / "sample-2021.xml.gz").read_bytes())


@pytest.fixture(scope="session")
def sample(sample_body: bytes) -> dict[tuple[int, int], Record]:
    parsed = parse_records(sample_body)
    assert parsed.failures == ()
    assert parsed.complete
    assert [number for number, _ in parsed.records] == list(range(1, 1173))
    assert len(parsed.deleted) == 20
    return {(record.pmid or 0, record.version): record for _, record in parsed.records}


@pytest.fixture(scope="session")
def chosen(sample_body: bytes) -> list[etree._Element]:
    articles = etree.fromstring(sample_body, etree.XMLParser(no_network=True)).findall("PubmedArticle")
    return random.Random(20210).sample(articles, 250)


def test_the_sample_is_read_whole(sample: dict[tuple[int, int], Record]) -> None:
    records = sample.values()
    assert len(sample) == 1172
    assert all(
        (record.title or record.vernacular_title) and len(record.dates.sort) == 10 and record.journal.title
        for record in records
    )
    assert sum(bool(record.references) for record in records) > 250
    assert sum(len(bank.accessions) for record in records for bank in record.data_banks) == 40
    assert {entry.kind for record in records for entry in record.corrections} >= {"RetractionIn", "ErratumFor"}


def test_batches_of_the_sample_give_the_same_records(real_data: Path, sample: dict[tuple[int, int], Record]) -> None:
    seen = {}
    deleted: list[int] = []
    with (real_data / "pubmed" / "sample-2021.xml.gz").open("rb") as stream:
        for batch in split_batches(decompress(stream), batch_size=100):
            parsed = parse_records(batch.body, first=batch.first, offset=batch.offset)
            assert parsed.failures == ()
            seen.update({(record.pmid or 0, record.version): record for _, record in parsed.records})
            deleted += parsed.deleted
    assert seen == sample
    assert len(deleted) == 20


def test_every_awkward_file_is_read_or_refused_with_a_reason(real_data: Path) -> None:
    files = sorted((real_data / "pubmed" / "cases").iterdir())
    assert len(files) > 20
    for path in files:
        body = path.read_bytes()
        if path.suffix == ".txt" or path.name in OTHER_FORMATS:
            assert not looks_like_pubmed_xml(body)
            with pytest.raises(PayloadError, match="not PubMed XML"):
                parse_records(body)
            continue
        assert looks_like_pubmed_xml(body)
        parsed = parse_records(body)
        if path.name in BROKEN:
            assert len(parsed.failures) == 1, path.name
            assert re.fullmatch(BROKEN[path.name], str(parsed.failures[0]))
            continue
        assert parsed.failures == (), path.name
        assert parsed.complete, path.name
        announced = len(re.findall(rb"<Pubmed(?:Book)?Article[\s>]", body))
        assert len(parsed.records) == announced > 0, path.name


def test_recorded_replies_are_read_or_refused(real_data: Path) -> None:
    paths = [
        *sorted((real_data / "entrez").glob("*.xml")),
        real_data / "api" / "pubmed" / "efetch_citation_22663011.xml",
    ]
    read = 0
    for path in paths:
        body = path.read_bytes()
        if path.name.startswith(("pubmed", "efetch_citation")):
            parsed = parse_records(body)
            assert parsed.records, path.name
            assert parsed.failures == (), path.name
            read += 1
        else:
            with pytest.raises(PayloadError):
                parse_records(body)
    assert read >= 7


def texts(nodes: Any) -> list[str]:
    found = (" ".join("".join(node.itertext()).split()) for node in nodes)
    return [text for text in found if text]


def test_fields_agree_with_a_plain_xpath_reading(
    sample: dict[tuple[int, int], Record], chosen: list[etree._Element]
) -> None:
    for article in chosen:
        citation = article.find("MedlineCitation")
        assert citation is not None
        number = citation.find("PMID")
        assert number is not None
        record = sample[int(number.text or ""), int(number.get("Version", "1"))]
        label = record.label

        def at(path: str, citation: Any = citation) -> list[str]:
            return texts(citation.findall(path))

        if not article.findall(f".//{MATH}"):
            assert ([record.title] if record.title else []) == at("Article/ArticleTitle"), label
            assert [part.text for part in record.abstract] == at("Article/Abstract/AbstractText"), label
        assert [person.last or person.collective for person in record.authors] == texts(
            citation.xpath("Article/AuthorList/Author/*[self::LastName or self::CollectiveName]")
        ), label
        assert [place for person in record.authors for place in person.affiliations] == at(
            "Article/AuthorList/Author/AffiliationInfo/Affiliation"
        ), label
        orcids = at("Article/AuthorList/Author/Identifier[@Source='ORCID']")
        assert [person.orcid for person in record.authors if person.orcid] == [
            re.sub(r"^(\d{4})-?(\d{4})-?(\d{4})-?(.{4})$", r"\1-\2-\3-\4", text.rpartition("/")[2]) for text in orcids
        ], label
        assert [record.journal.iso] == at("Article/Journal/ISOAbbreviation"), label
        assert [record.journal.nlm_id] == at("MedlineJournalInfo/NlmUniqueID"), label
        assert [record.journal.issn] == at("Article/Journal/ISSN"), label
        assert list(record.publication_types) == at("Article/PublicationTypeList/PublicationType"), label
        assert [heading.descriptor for heading in record.mesh] == at("MeshHeadingList/MeshHeading/DescriptorName"), (
            label
        )
        assert [q.name for heading in record.mesh for q in heading.qualifiers] == at(
            "MeshHeadingList/MeshHeading/QualifierName"
        ), label
        assert {word.casefold() for word in record.keywords} == {
            word.casefold() for word in at("KeywordList/Keyword")
        }, label
        assert [grant.agency for grant in record.grants if grant.agency] == at("Article/GrantList/Grant/Agency"), label
        assert [(entry.kind, entry.citation, entry.pmid) for entry in record.corrections] == [
            (item.get("RefType"), item.findtext("RefSource"), int(item.findtext("PMID") or 0) or None)
            for item in citation.findall("CommentsCorrectionsList/CommentsCorrections")
        ], label
        electronic = [
            "-".join(f"{int(part.text or ''):02d}" for part in date) for date in citation.findall("Article/ArticleDate")
        ]
        assert record.dates.electronic == (electronic[0] if electronic else None), label
        dates = {date for date in (record.dates.print, record.dates.electronic) if date}
        # a year beside a day of the same year says nothing more
        vague = {one for one in dates for other in dates - {one} if other.startswith(one)}
        assert record.dates.sort == min(f"{date}-01-01"[:10] for date in dates - vague), label
        own_dois = []
        for text in texts(article.xpath("PubmedData/ArticleIdList/ArticleId[@IdType='doi']")):
            try:
                own_dois.append(normalise_doi(text))
            except InvalidIdentifier:
                continue
        if own_dois:
            assert record.doi == own_dois[0], label
        references = texts(article.xpath("PubmedData//Reference/Citation"))
        assert len(record.references) == len(article.findall("PubmedData//Reference")), label
        for reference, text in zip(record.references, references, strict=True):
            # an identifier that cannot be read is added to the text
            assert reference.text.startswith(text), label
        assert [ref.pmid for ref in record.references if ref.pmid] == [
            int(text) for text in texts(article.xpath("PubmedData//Reference//ArticleId[@IdType='pubmed']"))
        ], label


def test_fields_agree_with_biopythons_reading(
    sample: dict[tuple[int, int], Record],
    chosen: list[etree._Element],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("Biopython went for a DTD it does not ship")

    monkeypatch.setattr("Bio.Entrez.Parser.urlopen", refuse)
    plain = [article for article in chosen if not article.findall(f".//{MATH}")][:60]
    body = (
        b'<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" '
        b'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">\n<PubmedArticleSet>'
        + b"".join(etree.tostring(article, with_tail=False) for article in plain)
        + b"</PubmedArticleSet>"
    )
    theirs = Entrez.read(BytesIO(body))["PubmedArticle"]
    assert len(theirs) == len(plain) >= 50
    for entry in theirs:
        citation = entry["MedlineCitation"]
        record = sample[int(citation["PMID"]), int(citation["PMID"].attributes["Version"])]
        article = citation["Article"]
        label = record.label

        def squeezed(text: object) -> str:
            return " ".join(re.sub(r"<[^>]+>", "", str(text)).split())

        assert squeezed(record.title) == squeezed(article["ArticleTitle"]), label
        assert [person.last for person in record.authors if person.last] == [
            str(person["LastName"]) for person in article.get("AuthorList", []) if "LastName" in person
        ], label
        assert record.journal.medline_ta == str(citation["MedlineJournalInfo"]["MedlineTA"]), label
        assert list(record.languages) == [str(language) for language in article["Language"]], label
        assert [h.descriptor for h in record.mesh] == [
            str(heading["DescriptorName"]) for heading in citation.get("MeshHeadingList", [])
        ], label
        assert [h.ui for h in record.mesh] == [
            heading["DescriptorName"].attributes["UI"] for heading in citation.get("MeshHeadingList", [])
        ], label
        assert record.volume == article["Journal"]["JournalIssue"].get("Volume"), label
        assert [squeezed(part.text) for part in record.abstract] == [
            text for part in article.get("Abstract", {}).get("AbstractText", []) if (text := squeezed(part))
        ], label
        ids = {(item.attributes["IdType"], str(item)) for item in entry["PubmedData"]["ArticleIdList"]}
        assert {("pmc", record.pmcid)} <= ids or record.pmcid is None, label
        assert {(item.type, item.value) for item in record.other_ids} <= ids, label


def test_the_whole_update_file_is_read() -> None:
    folder = os.environ.get("EXOKB_BULK_DATA")
    if not folder:
        pytest.skip("EXOKB_BULK_DATA does not say where the whole file is")
    count = 0
    with (Path(folder) / "pubmed21n1298.xml.gz").open("rb") as stream:
        for batch in split_batches(decompress(stream)):
            parsed = parse_records(batch.body, first=batch.first, offset=batch.offset)
            assert parsed.failures == ()
            assert parsed.complete
            count += len(parsed.records)
    assert count == 20_788
