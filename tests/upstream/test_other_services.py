import urllib.request
from dataclasses import replace

import pytest

from tests.upstream import SEED, Upstream
from tests.upstream.asking import Answer, ask, eutil


def test_idconv_knows_only_what_is_in_pmc(upstream: Upstream) -> None:
    ids = "10.5555/ARR.2016.0101,10.5555/arr.2017.0033"
    known, unknown = ask(upstream, "idconv", "", {"ids": ids, "format": "json"}).json()["records"]
    assert known == {
        "pmcid": "PMC9900002",
        "pmid": 990000002,
        "doi": "10.5555/arr.2016.0101",
        "requested-id": "10.5555/ARR.2016.0101",
    }
    assert unknown["errmsg"] == "Identifier not found in PMC"


def test_idconv_in_xml_by_default(upstream: Upstream) -> None:
    answer = ask(upstream, "idconv", "", {"ids": "PMC9900002.1,PMC1"})
    assert [record.get("pmid") for record in answer.xml().iter("record")] == ["990000002", None]


@pytest.mark.parametrize("ids", ["PMC9900002,10.5555/arr.2016.0101", ",".join(map(str, range(1, 202))), ""])
def test_idconv_refuses_mixed_many_and_none(upstream: Upstream, ids: str) -> None:
    assert ask(upstream, "idconv", "", {"ids": ids, "format": "json"}).status == 400


def test_old_address_of_idconv_redirects(upstream: Upstream) -> None:
    with urllib.request.urlopen(f"{upstream.url}/pmc/utils/idconv/v1.0/?ids=PMC9900002&format=json") as reply:
        assert b"990000002" in reply.read()


def test_icite(upstream: Upstream) -> None:
    data = ask(upstream, "icite", "pubs", {"pmids": f"{SEED},990000002,990000014,7"}).json()["data"]
    assert [each["pmid"] for each in data] == [SEED, 990000002]
    assert data[0]["references"] == [990000002, 990000004, 990000012, 990099999]
    assert data[1]["cited_by_clin"] == [990000033]
    assert SEED in data[1]["cited_by"]
    assert ask(upstream, "icite", "pubs/990000014").status == 404
    assert ask(upstream, "icite", f"pubs/{SEED}").json()["pmid"] == SEED


def test_icite_takes_a_thousand(upstream: Upstream) -> None:
    ids = [str(n) for n in range(1, 1_002)]
    assert ask(upstream, "icite", "pubs", {"pmids": ",".join(ids[:1_000])}).json()["data"] == []
    assert ask(upstream, "icite", "pubs", {"pmids": ",".join(ids)}).status == 400


def test_europepmc_pages_references(upstream: Upstream) -> None:
    tail = f"MED/{SEED}/references"
    whole = ask(upstream, "europepmc", tail, {"format": "json", "pageSize": 1000}).json()
    entries = whole["referenceList"]["reference"]
    assert whole["hitCount"] == len(entries) == 5
    assert [entry["match"] for entry in entries] == ["Y", "Y", "N", "Y", "N"]
    assert "unstructuredInformation" in entries[4]
    second = ask(upstream, "europepmc", tail, {"format": "json", "pageSize": 2, "page": 2}).json()
    assert second["referenceList"]["reference"] == entries[2:4]


def test_europepmc_citations(upstream: Upstream) -> None:
    citing = ask(upstream, "europepmc", "MED/990000002/citations", {"format": "json"}).json()
    ids = [each["id"] for each in citing["citationList"]["citation"]]
    assert ids == [str(SEED), "990000031", "990000033"]


@pytest.mark.parametrize("tail", ["MED/990000030/references", "MED/7/references", "MED/990000041/citations"])
def test_europepmc_has_404_for_none_and_for_unknown(upstream: Upstream, tail: str) -> None:
    assert ask(upstream, "europepmc", tail, {"format": "json"}).status == 404


def test_europepmc_search_tells_the_two_apart(upstream: Upstream) -> None:
    def hits(pmid: int) -> int:
        query = f"EXT_ID:{pmid} AND SRC:MED"
        count: int = ask(upstream, "europepmc", "search", {"query": query, "format": "json"}).json()["hitCount"]
        return count

    assert hits(990000030) == 1
    assert hits(990000041) == 0


def test_europepmc_speaks_xml_unless_asked(upstream: Upstream) -> None:
    assert ask(upstream, "europepmc", f"MED/{SEED}/references").body.startswith(b"<?xml")


@pytest.mark.parametrize("doi", ["10.5555/jvm.2019.0008", "10.5555%2FJVM.2019.0008"])
def test_crossref(upstream: Upstream, doi: str) -> None:
    message = ask(upstream, "crossref", f"works/{doi}").json()["message"]
    assert message["reference-count"] == len(message["reference"]) == 7
    assert message["reference"][0] == {"key": "ref1", "doi-asserted-by": "publisher", "DOI": "10.5555/arr.2016.0101"}
    assert "unstructured" in message["reference"][5]
    assert message["reference"][2]["journal-title"] == "Stroke Repair Lett"


def test_crossref_without_references_and_unknown(upstream: Upstream) -> None:
    assert "reference" not in ask(upstream, "crossref", "works/10.5555/cft.2020.0177").json()["message"]
    unknown = ask(upstream, "crossref", "works/10.5555/vesicles.2099")
    assert (unknown.status, unknown.body) == (404, b"Resource not found.")


def test_trials_by_list_in_pages(upstream: Upstream) -> None:
    ids = "NCT99000001|nct99000002,NCT99000003,NCT99009999"
    first = ask(upstream, "trials", "studies", {"filter.ids": ids, "pageSize": 2, "countTotal": "true"}).json()
    assert first["totalCount"] == 3
    rest = ask(upstream, "trials", "studies", {"filter.ids": ids, "pageToken": first["nextPageToken"]}).json()
    assert "nextPageToken" not in rest
    numbers = [
        study["protocolSection"]["identificationModule"]["nctId"] for study in first["studies"] + rest["studies"]
    ]
    assert numbers == ["NCT99000001", "NCT99000002", "NCT99000003"]


def numbers_of(answer: Answer) -> list[str]:
    studies = answer.json()["studies"]
    return [study["protocolSection"]["identificationModule"]["nctId"] for study in studies]


def test_trials_by_query(upstream: Upstream) -> None:
    def found(**params: str) -> list[str]:
        return numbers_of(ask(upstream, "trials", "studies", {name.replace("_", "."): v for name, v in params.items()}))

    assert found(query_cond="kidney") == ["NCT99000001", "NCT99000003"]
    assert found(query_intr="placebo") == ["NCT99000003"]
    assert found(query_term="nebulised exosomes") == ["NCT99000002"]
    assert found(query_term="vesicles", query_cond="amyotrophic") == []


def test_a_page_token_is_of_its_query_alone(upstream: Upstream) -> None:
    first = ask(upstream, "trials", "studies", {"query.term": "exosomes", "pageSize": 1, "fields": "NCTId"})
    assert set(first.json()["studies"][0]["protocolSection"]) == {"identificationModule"}
    token = first.json()["nextPageToken"]
    same = {"query.term": "exosomes", "fields": "NCTId", "pageToken": token}
    assert ask(upstream, "trials", "studies", same).status == 200
    assert ask(upstream, "trials", "studies", {**same, "query.term": "vesicles"}).status == 400


def test_a_trial_by_a_number_that_it_had_before(upstream: Upstream) -> None:
    trials = upstream.corpus.trials
    trials["NCT99000001"] = replace(trials["NCT99000001"], aliases=("NCT99000091",))
    assert numbers_of(ask(upstream, "trials", "studies", {"filter.ids": "NCT99000091"})) == ["NCT99000001"]
    alone = ask(upstream, "trials", "studies/NCT99000091").json()
    assert alone["protocolSection"]["identificationModule"]["nctIdAliases"] == ["NCT99000091"]
    assert upstream.requests[-1].path.endswith("/studies/NCT99000001")


def test_fields_cut_a_study_down(upstream: Upstream) -> None:
    def sections(fields: str) -> set[str]:
        return set(ask(upstream, "trials", "studies/NCT99000001", {"fields": fields}).json())

    assert sections("ProtocolSection|HasResults") == {"protocolSection", "hasResults"}
    assert "resultsSection" in ask(upstream, "trials", "studies/NCT99000001").json()


def test_version_of_the_registry(upstream: Upstream) -> None:
    upstream.corpus.registry_timestamp = "2026-09-04T09:00:06"
    assert ask(upstream, "trials", "version").json()["dataTimestamp"] == "2026-09-04T09:00:06"


def test_single_trial(upstream: Upstream) -> None:
    study = ask(upstream, "trials", "studies/NCT99000005").json()
    assert study["protocolSection"]["statusModule"]["overallStatus"] == "RECRUITING"


@pytest.mark.parametrize(
    ("tail", "params", "status"),
    [
        ("studies", {"filter.ids": "NCT1"}, 400),
        ("studies", {"filter.ids": "NCT99000001", "countTotal": "1"}, 400),
        ("studies", {"expr": "exosome"}, 400),
        ("studies", {"filter.ids": "NCT99000001,NCT00000000"}, 400),
        ("studies", {"query.term": "exosome", "fields": "Kites"}, 400),
        ("studies/NCT99009999", {}, 404),
        ("studies/99000001", {}, 400),
    ],
)
def test_errors_of_the_registry_are_plain_text(
    upstream: Upstream, tail: str, params: dict[str, str], status: int
) -> None:
    answer = ask(upstream, "trials", tail, params)
    assert answer.status == status
    assert answer.headers.get_content_type() == "text/plain"


def test_seed_is_cited_differently_by_each_source(upstream: Upstream) -> None:
    """Each of the cases a reference chain must handle is there, and in one source alone where that is the case."""
    record = eutil(upstream, "efetch", id=SEED).xml()
    pubmed = {
        identifier.text
        for identifier in record.iterfind(".//ReferenceList/Reference/ArticleIdList/ArticleId")
        if identifier.get("IdType") == "pubmed"
    }
    icite = set(map(str, ask(upstream, "icite", f"pubs/{SEED}").json()["references"]))
    epmc = ask(upstream, "europepmc", f"MED/{SEED}/references", {"format": "json"}).json()["referenceList"]["reference"]
    europepmc = {each["id"] for each in epmc if "id" in each}
    deposited = ask(upstream, "crossref", "works/10.5555/jvm.2019.0008").json()["message"]["reference"]
    crossref = {str(paper.pmid) for each in deposited if (paper := upstream.corpus.by_doi(each.get("DOI", "")))}
    assert pubmed - icite - europepmc - crossref == {"990000003"}
    assert icite - pubmed - europepmc - crossref == {"990000004", "990099999"}
    assert europepmc - pubmed - icite - crossref == {"990000005"}
    assert crossref - pubmed - icite - europepmc == {"990000006", "990000013"}
    assert pubmed & icite & europepmc & crossref == {"990000002"}
    assert eutil(upstream, "efetch", id="990099999").xml().find(".//PMID") is None
