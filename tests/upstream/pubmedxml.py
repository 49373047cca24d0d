"""Papers of the test corpus as PubMed XML.

Elements and their order follow the DTD, https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd, and the records
efetch gives: no blanks between elements.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from tests.upstream.paper import MONTHS, Cited, Paper, Person

HEAD = (
    '<?xml version="1.0" ?>\n'
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    ' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
    "<PubmedArticleSet>\n"
)
TAIL = "</PubmedArticleSet>"

_TYPE_UI = {
    "Journal Article": "D016428",
    "Review": "D016454",
    "Systematic Review": "D000078182",
    "Randomized Controlled Trial": "D016449",
    "Clinical Trial": "D016430",
    "Retracted Publication": "D016441",
    "Retraction of Publication": "D016440",
    "Published Erratum": "D016425",
    "Editorial": "D016421",
    "Expression of Concern": "D000075742",
    "Meta-Analysis": "D017418",
    "Observational Study": "D064888",
    "Clinical Trial Protocol": "D000078325",
}


def record_xml(paper: Paper, version: int | None = None) -> str:
    """Give one record as efetch does: a PubmedArticle, or a PubmedBookArticle for a chapter.

    Args:
        paper: the record.
        version: which of its versions, the last by default; earlier ones say so in their title.
    """
    number = version or paper.versions
    if paper.book:
        return _book_xml(paper, number)
    return (
        f'<PubmedArticle><MedlineCitation Status={quoteattr("MEDLINE" if paper.mesh else "Publisher")} Owner="NLM">'
        f'<PMID Version="{number}">{paper.pmid}</PMID>'
        + (_date("DateCompleted", paper) if paper.mesh else "")
        + _date("DateRevised", paper)
        + _article(paper, number)
        + _journal_info(paper)
        + _chemicals(paper)
        + "<CitationSubset>IM</CitationSubset>"
        + _corrections(paper)
        + _mesh(paper)
        + _keywords(paper)
        + (f"<CoiStatement>{escape(paper.conflict)}</CoiStatement>" if paper.conflict else "")
        + "</MedlineCitation>"
        + _pubmed_data(paper)
        + "</PubmedArticle>"
    )


def file_xml(papers: Iterable[Paper], deleted: Sequence[int] = ()) -> str:
    """Give a file as NLM's update files are: every version of every record, and the PMIDs that were withdrawn."""
    records = "\n".join(record_xml(paper, n) for paper in papers for n in range(1, paper.versions + 1))
    gone = "".join(f'<PMID Version="1">{pmid}</PMID>' for pmid in deleted)
    ending = f"<DeleteCitation>{gone}</DeleteCitation>\n" if deleted else ""
    return f"{HEAD}{records}\n{ending}{TAIL}\n"


def _date(element: str, paper: Paper, attributes: str = "") -> str:
    parts = f"<Year>{paper.year}</Year><Month>{paper.month:02}</Month><Day>{paper.day:02}</Day>"
    return f"<{element}{attributes}>{parts}</{element}>"


def _article(paper: Paper, version: int) -> str:
    journal = paper.journal
    title = paper.title_markup or escape(paper.title)
    if version < paper.versions:
        title = f"{title.rstrip('.')} (version {version})."
    if paper.medline_date:
        published = f"<MedlineDate>{escape(paper.medline_date)}</MedlineDate>"
    else:
        month = MONTHS[paper.month - 1]
        published = f"<Year>{paper.year}</Year><Month>{month}</Month><Day>{paper.day:02}</Day>"
    return (
        f'<Article PubModel="Print-Electronic"><Journal><ISSN IssnType="Electronic">{journal.issn}</ISSN>'
        '<JournalIssue CitedMedium="Internet">'
        + _given("Volume", paper.volume)
        + _given("Issue", paper.issue)
        + f"<PubDate>{published}</PubDate></JournalIssue><Title>{escape(journal.title)}</Title>"
        f"<ISOAbbreviation>{escape(journal.abbreviation)}</ISOAbbreviation></Journal>"
        f"<ArticleTitle>{title}</ArticleTitle>"
        + (f"<Pagination>{_pages(paper)}</Pagination>" if paper.pages else "")
        + (f'<ELocationID EIdType="doi" ValidYN="Y">{escape(paper.doi)}</ELocationID>' if paper.doi else "")
        + _abstract(paper)
        + _authors(paper.authors)
        + f"<Language>{paper.language}</Language>"
        + _data_banks(paper)
        + _grants(paper)
        + "<PublicationTypeList>"
        + "".join(_type(kind) for kind in paper.types)
        + "</PublicationTypeList>"
        + _given("VernacularTitle", paper.vernacular)
        + _date("ArticleDate", paper, ' DateType="Electronic"')
        + "</Article>"
    )


def _pages(paper: Paper) -> str:
    first, _, last = paper.pages.partition("-")
    return f"<StartPage>{first}</StartPage>{_given('EndPage', last)}<MedlinePgn>{escape(paper.pages)}</MedlinePgn>"


def _abstract(paper: Paper) -> str:
    if not paper.abstract:
        return ""
    parts = "".join(
        f"<AbstractText Label={quoteattr(label)} NlmCategory={quoteattr(label)}>{escape(text)}</AbstractText>"
        if label
        else f"<AbstractText>{escape(text)}</AbstractText>"
        for label, text in paper.abstract
    )
    return f"<Abstract>{parts}</Abstract>"


def _authors(authors: Sequence[Person], kind: str = "") -> str:
    if not authors:
        return ""
    listed = "".join(_author(person) for person in authors)
    return f'<AuthorList CompleteYN="Y"{kind}>{listed}</AuthorList>'


def _author(person: Person) -> str:
    affiliation = person.affiliation and (
        f"<AffiliationInfo><Affiliation>{escape(person.affiliation)}</Affiliation></AffiliationInfo>"
    )
    if person.collective:
        return f'<Author ValidYN="Y"><CollectiveName>{escape(person.collective)}</CollectiveName>{affiliation}</Author>'
    orcid = person.orcid and f'<Identifier Source="ORCID">{person.orcid}</Identifier>'
    return (
        f'<Author ValidYN="Y"><LastName>{escape(person.last)}</LastName><ForeName>{escape(person.fore)}</ForeName>'
        f"<Initials>{escape(person.initials)}</Initials>{orcid}{affiliation}</Author>"
    )


def _data_banks(paper: Paper) -> str:
    if not paper.trials:
        return ""
    numbers = "".join(f"<AccessionNumber>{number}</AccessionNumber>" for number in paper.trials)
    bank = f"<DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>{numbers}</AccessionNumberList>"
    return f'<DataBankList CompleteYN="Y"><DataBank>{bank}</DataBank></DataBankList>'


def _grants(paper: Paper) -> str:
    listed = "".join(
        f"<Grant><GrantID>{escape(grant)}</GrantID><Agency>Foundation for Vesicle Research</Agency>"
        "<Country>Norway</Country></Grant>"
        for grant in paper.grants
    )
    return listed and f'<GrantList CompleteYN="Y">{listed}</GrantList>'


def _type(kind: str) -> str:
    return f'<PublicationType UI="{_TYPE_UI.get(kind, "D016428")}">{escape(kind)}</PublicationType>'


def _journal_info(paper: Paper) -> str:
    journal = paper.journal
    return (
        f"<MedlineJournalInfo><Country>Norway</Country><MedlineTA>{escape(journal.abbreviation)}</MedlineTA>"
        f"<NlmUniqueID>{journal.nlm_id}</NlmUniqueID><ISSNLinking>{journal.issn}</ISSNLinking></MedlineJournalInfo>"
    )


def _chemicals(paper: Paper) -> str:
    listed = "".join(
        "<Chemical><RegistryNumber>0</RegistryNumber>"
        f'<NameOfSubstance UI="{paper.mesh_ui.get(name, "C000000")}">{escape(name)}</NameOfSubstance></Chemical>'
        for name in paper.chemicals
    )
    return listed and f"<ChemicalList>{listed}</ChemicalList>"


def _corrections(paper: Paper) -> str:
    listed = "".join(
        f"<CommentsCorrections RefType={quoteattr(correction.kind)}><RefSource>{escape(correction.source)}</RefSource>"
        + (f'<PMID Version="1">{correction.pmid}</PMID>' if correction.pmid else "")
        + "</CommentsCorrections>"
        for correction in paper.corrections
    )
    return listed and f"<CommentsCorrectionsList>{listed}</CommentsCorrectionsList>"


def _mesh(paper: Paper) -> str:
    listed = "".join(_heading(heading, paper) for heading in paper.mesh)
    return listed and f"<MeshHeadingList>{listed}</MeshHeadingList>"


def _heading(heading: str, paper: Paper) -> str:
    descriptor, *qualifiers = heading.split("/")
    parts = ""
    for place, part in enumerate((descriptor, *qualifiers)):
        name = part.rstrip("*")
        major = "Y" if part.endswith("*") else "N"
        element = "QualifierName" if place else "DescriptorName"
        ui = paper.mesh_ui.get(name, "Q000000" if place else "D000000")
        parts += f'<{element} UI="{ui}" MajorTopicYN="{major}">{escape(name)}</{element}>'
    return f"<MeshHeading>{parts}</MeshHeading>"


def _keywords(paper: Paper) -> str:
    listed = "".join(f'<Keyword MajorTopicYN="N">{escape(word)}</Keyword>' for word in paper.keywords)
    return listed and f'<KeywordList Owner="NOTNLM">{listed}</KeywordList>'


def _pubmed_data(paper: Paper) -> str:
    history = "".join(
        f'<PubMedPubDate PubStatus="{status}"><Year>{paper.year}</Year><Month>{paper.month}</Month>'
        f"<Day>{paper.day}</Day><Hour>6</Hour><Minute>0</Minute></PubMedPubDate>"
        for status in ("pubmed", "medline", "entrez")
    )
    return (
        f"<PubmedData><History>{history}</History><PublicationStatus>ppublish</PublicationStatus>"
        f"{_article_ids(paper)}{_references(paper)}</PubmedData>"
    )


def _article_ids(paper: Paper) -> str:
    return _id_list((("pubmed", str(paper.pmid)), ("pmc", paper.pmcid), ("doi", paper.doi)))


def _id_list(ids: Iterable[tuple[str, str]]) -> str:
    listed = "".join(f'<ArticleId IdType="{kind}">{escape(value)}</ArticleId>' for kind, value in ids if value)
    return listed and f"<ArticleIdList>{listed}</ArticleIdList>"


def _references(paper: Paper) -> str:
    entries = [_reference(cited) for cited in paper.cited_in("pubmed")]
    if not entries:
        return ""
    if not paper.nested_references:
        return f"<ReferenceList>{''.join(entries)}</ReferenceList>"
    half = len(entries) // 2
    inner = f"<ReferenceList><Title>Supplement</Title>{''.join(entries[half:])}</ReferenceList>"
    return f"<ReferenceList><Title>References</Title>{''.join(entries[:half])}{inner}</ReferenceList>"


def _reference(cited: Cited) -> str:
    form = cited.forms["pubmed"]
    ids = (
        ("pubmed", str(cited.shown_pmid) if form == "pmid" and cited.shown_pmid else ""),
        ("doi", cited.doi if form == "doi" else ""),
    )
    return f"<Reference><Citation>{escape(cited.text)}</Citation>{_id_list(ids)}</Reference>"


def _book_xml(paper: Paper, version: int) -> str:
    editors = _authors(paper.authors[:1], ' Type="editors"')
    writers = _authors(paper.authors, ' Type="authors"')
    return (
        f'<PubmedBookArticle><BookDocument><PMID Version="{version}">{paper.pmid}</PMID>'
        f'<ArticleIdList><ArticleId IdType="bookaccession">NBK{paper.pmid % 1_000_000}</ArticleId></ArticleIdList>'
        "<Book><Publisher><PublisherName>Northern Vesicle Press</PublisherName>"
        f'<PublisherLocation>Tromsø</PublisherLocation></Publisher><BookTitle book="vesicles">{escape(paper.book)}'
        f"</BookTitle><PubDate><Year>{paper.year}</Year><Month>{paper.month:02}</Month></PubDate>"
        f"{editors}<Isbn>9780000000002</Isbn></Book>"
        f'<ArticleTitle book="vesicles" part="ch1">{escape(paper.title)}</ArticleTitle>'
        f"<Language>{paper.language}</Language>{writers}"
        f"{''.join(_type(kind) for kind in paper.types)}{_abstract(paper)}{_keywords(paper)}"
        f"{_date('ContributionDate', paper)}</BookDocument>"
        "<PubmedBookData><PublicationStatus>ppublish</PublicationStatus>"
        f"{_id_list((('pubmed', str(paper.pmid)),))}</PubmedBookData></PubmedBookArticle>"
    )


def _given(element: str, text: str) -> str:
    return f"<{element}>{escape(text)}</{element}>" if text else ""
