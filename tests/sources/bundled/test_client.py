import gzip
import json
from pathlib import Path

import pytest
from lxml import etree

from exokb.domain.identifiers import Doi, Identifier, Pmid
from exokb.errors import SourceUnavailable
from exokb.sources.bundled.client import TRIALS_OBSERVED, BundledSource
from exokb.sources.clinicaltrials.parse import parse_studies
from exokb.sources.interface import DoiRecordSource, IdentifierResolver, PaperKey, RecordSource, ReferenceSource

SEED = Doi("10.1186/s40364-019-0159-x")
ARTHRITIS = Pmid(33857817)


@pytest.fixture(scope="module")
def source() -> BundledSource:
    return BundledSource()


def _pmids(source: BundledSource) -> list[Pmid]:
    return [identifier.pmid for identifier in source.identifiers() if identifier.kind == "pmid"]


def test_it_offers_what_the_fetch_service_asks_of_a_source(source: BundledSource) -> None:
    as_records: RecordSource = source
    assert as_records.name == "bundled"
    assert isinstance(source, DoiRecordSource)
    assert isinstance(source, IdentifierResolver)
    assert isinstance(source, ReferenceSource)


def test_it_names_the_seed_review_and_every_record(source: BundledSource) -> None:
    identifiers = source.identifiers()
    assert identifiers[0] == Identifier("doi", SEED)
    assert len(identifiers) == len(set(identifiers)) == 28
    assert Identifier("pmid", "33857817") in identifiers


def test_records_come_in_the_order_asked_once_each_and_unknown_ones_are_missing(source: BundledSource) -> None:
    payload = source.fetch_records([Pmid(34096448), Pmid(990000009), ARTHRITIS, Pmid(34096448)])
    parsed = source.parse_records(payload.body)
    assert [(position, record.pmid) for position, record in parsed.records] == [(1, 34096448), (2, 33857817)]
    assert (parsed.failures, parsed.complete) == ((), True)
    assert (payload.source, payload.media_type) == ("bundled", "application/xml")
    assert payload.key == "records 34096448, 990000009, 33857817"


def test_only_unknown_ids_give_an_empty_set(source: BundledSource) -> None:
    assert source.parse_records(source.fetch_records([Pmid(990000009)]).body).records == ()


def test_every_record_is_read_and_says_what_it_is(source: BundledSource) -> None:
    parsed = source.parse_records(source.fetch_records(_pmids(source)).body)
    assert len(parsed.records) == 27
    for _, record in parsed.records:
        assert record.title
        assert record.doi
        assert record.abstract == ()
        assert record.conflict_of_interest is None
        assert not any(author.affiliations for author in record.authors)


def test_the_seed_review_has_a_doi_and_no_pmid(source: BundledSource) -> None:
    payload = source.fetch_by_doi([SEED, Doi("10.1000/unknown")])
    ((position, record),) = source.parse_records(payload.body).records
    assert (position, record.pmid, record.pmcid, record.doi) == (1, None, None, SEED)
    assert record.year == 2019
    assert [reference.doi for reference in record.references] == [None, None, "10.1038/nrd3978", None, None]
    assert all(reference.text and reference.pmid is None for reference in record.references)
    assert record.text("databanks").startswith("NCT03384433; ")


def test_what_is_not_certain_of_the_seed_review_is_in_no_payload(source: BundledSource) -> None:
    assert b"30992990" not in source.fetch_by_doi([SEED]).body
    assert b"PMC6450000" not in source.fetch_by_doi([SEED]).body
    assert source.find_pmids([Identifier("doi", SEED), Identifier("pmid", "30992990")]) == {}


def test_dois_and_pmcids_are_resolved_where_the_pmid_is_known(source: BundledSource) -> None:
    by_doi = Identifier("doi", "10.1007/s13770-020-00267-3")
    assert source.find_pmids([by_doi, Identifier("doi", "10.1000/unknown")]) == {by_doi: (32506351,)}


def test_references_are_listed_absent_or_unknown(source: BundledSource) -> None:
    seed, known = PaperKey(doi=SEED), PaperKey(pmid=Pmid(33368666))
    without, unknown = PaperKey(pmid=ARTHRITIS), PaperKey(pmid=Pmid(990000009), doi=Doi("10.1000/unknown"))
    answers = source.fetch_references([seed, known, without, unknown])
    assert [answer.outcome for answer in answers.values()] == ["listed", "listed", "none deposited", "not indexed"]
    assert len(answers[seed].references) == 5
    assert len(answers[known].references) == 71
    assert all(reference.pmid or reference.doi for reference in answers[known].references)


def test_a_paper_is_known_by_its_doi_where_the_pmid_is_not(source: BundledSource) -> None:
    paper = PaperKey(pmid=Pmid(990000009), doi=SEED)
    assert source.fetch_references([paper])[paper].outcome == "listed"


def test_the_trials_are_as_the_registry_had_them(source: BundledSource) -> None:
    payload = source.fetch_trials()
    parsed = parse_studies(payload.body)
    assert parsed.failures == ()
    trials = {trial.trial_id: trial for trial in parsed.trials}
    assert len(trials) == 39
    assert payload.observed_at == TRIALS_OBSERVED
    assert max(trial.updated or "" for trial in trials.values()) <= TRIALS_OBSERVED.date().isoformat()
    seed_review = source.parse_records(source.fetch_by_doi([SEED]).body).records[0][1]
    # the table of that year, with the registry's columns of January 2022
    assert {number: trials[number].status for number in seed_review.data_banks[0].accessions} == {
        "NCT03384433": "RECRUITING",
        "NCT03437759": "ACTIVE_NOT_RECRUITING",
        "NCT03562715": "COMPLETED",
        "NCT02138331": "UNKNOWN",
        "NCT01159288": "COMPLETED",
        "NCT03830619": "COMPLETED",
    }


def test_a_missing_corpus_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable) as caught:
        BundledSource(tmp_path).fetch_records([ARTHRITIS])
    assert "records.xml" in str(caught.value)


@pytest.mark.parametrize("name", ["records.xml", "seed.json"])
def test_a_damaged_corpus_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "records.xml").write_text("<PubmedArticleSet/>")
    (tmp_path / "seed.json").write_text('{"records": []}')
    (tmp_path / name).write_text("{<")
    with pytest.raises(SourceUnavailable) as caught:
        BundledSource(tmp_path).identifiers()
    assert caught.value.key == name


def test_the_corpus_holds_facts_and_no_prose() -> None:
    folder = Path(__file__).parents[3] / "data" / "fixtures"
    root = etree.parse(folder / "records.xml").getroot()
    assert not {element.tag for element in root.iter()} & {
        "Abstract", "AbstractText", "OtherAbstract", "Affiliation", "AffiliationInfo", "CoiStatement", "Citation",
        "CopyrightInformation", "GeneralNote",
    }  # fmt: skip
    assert all(len(element.text or "") < 250 for element in root.iter())
    trials = json.loads((folder / "trials.json").read_text(encoding="utf-8"))

    def keys(node: object) -> set[str]:
        if isinstance(node, dict):
            return set(node).union(*map(keys, node.values()))
        return set().union(*map(keys, node)) if isinstance(node, list) else set()

    assert not keys(trials) & {
        "descriptionModule", "briefSummary", "detailedDescription", "description", "eligibilityModule", "whyStopped",
        "outcomesModule", "citation", "facility", "overallOfficials", "centralContacts", "armGroups",
    }  # fmt: skip
    for path in folder.iterdir():
        assert "@" not in path.read_text(encoding="utf-8"), f"an e-mail address in {path.name}?"


@pytest.mark.realdata
def test_labelled_records_are_chosen_as_labelled(source: BundledSource, real_data: Path) -> None:
    lines = (real_data / "gold" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    labels = {int(label["id"]): label["is_msc_ev"] for label in map(json.loads, lines)}
    bundled = set(_pmids(source))
    assert {pmid for pmid, positive in labels.items() if positive} <= bundled
    assert not {pmid for pmid, positive in labels.items() if not positive} & bundled


@pytest.mark.realdata
def test_records_are_pubmeds_own_in_every_field_that_is_kept(source: BundledSource, real_data: Path) -> None:
    with gzip.open(real_data / "pubmed" / "sample-2021.xml.gz") as file:
        originals = {record.pmid: record for _, record in source.parse_records(file.read()).records}
    for _, record in source.parse_records(source.fetch_records(_pmids(source)).body).records:
        original = originals[record.pmid]
        for field in (
            "version", "status", "doi", "pmcid", "other_ids", "title", "title_marked", "journal", "volume", "issue",
            "pages", "languages", "dates", "publication_status", "publication_types", "keywords", "mesh", "chemicals",
            "data_banks", "corrections",
        ):  # fmt: skip
            assert getattr(record, field) == getattr(original, field), (record.pmid, field)
        assert [author.name for author in record.authors] == [author.name for author in original.authors]
        cited = [(entry.pmid, entry.doi) for entry in original.references if entry.pmid or entry.doi]
        assert [(entry.pmid, entry.doi) for entry in record.references] == cited
