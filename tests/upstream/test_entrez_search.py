import json
from typing import Any

import pytest

from tests.upstream import SEED, Upstream, bulk
from tests.upstream.asking import Answer, eutil


def found(answer: Answer) -> list[str]:
    ids: list[str] = answer.json()["esearchresult"]["idlist"]
    return ids


def search(upstream: Upstream, term: str, **more: Any) -> Answer:
    return eutil(upstream, "esearch", term=term, retmode="json", **more)


@pytest.mark.parametrize(
    ("term", "pmids"),
    [
        ("990000002[uid]", ["990000002"]),
        ("990000002[uid] OR 990000003[uid]", ["990000003", "990000002"]),
        ("10.5555/ARR.2016.0101[doi]", ["990000002"]),
        ("PMC9900002[pmcid]", ["990000002"]),
        ("PMC9900002[aid]", ["990000002"]),
        ("GDNF capillaries", ["990000003"]),
        ("glioblastoma AND paclitaxel", ["990000029"]),
        ("glioblastoma OR periodontitis", ["990000029", "990000027"]),
        ('"bone defect" NOT colitis', ["990000020"]),
        ("periodont*", ["990000027"]),
        ("okonkwo[au]", ["990000010", "990000009"]),
        ('"J Vesicle Med"[ta] AND 2018[dp]', ["990000024"]),
        ("Sepsis[mh]", ["990000028"]),
        ("Editorial[pt]", ["990000041"]),
        ("spinal cord injury[ti]", ["990000010"]),
        ("vesicles AND 2022/02/01:2022/02/28[dp]", ["990000021"]),
        ("sepsis OR (glioblastoma AND 2020[dp])", ["990000029", "990000028"]),
    ],
)
def test_query_language(upstream: Upstream, term: str, pmids: list[str]) -> None:
    assert found(search(upstream, term)) == pmids


def test_operators_run_left_to_right(upstream: Upstream) -> None:
    assert found(search(upstream, "sepsis OR glioblastoma AND colitis")) == []
    assert found(search(upstream, "sepsis OR (glioblastoma AND colitis)")) == ["990000028"]


def test_dates_as_parameters(upstream: Upstream) -> None:
    hits = found(search(upstream, "exosomes", datetype="pdat", mindate="2014", maxdate="2014/12"))
    assert hits == ["990000007"]


def test_xml_form_holds_the_same(upstream: Upstream) -> None:
    answer = eutil(upstream, "esearch", term="stroke AND primate")
    assert answer.texts("IdList/Id") == ["990000008"]
    assert answer.texts("Count") == ["1"]
    assert answer.xml().find("WarningList") is None


def test_unknown_word_is_dropped_and_named(upstream: Upstream) -> None:
    result = search(upstream, "glioblastoma AND qwxyzzy").json()["esearchresult"]
    assert result["idlist"] == ["990000029"]
    assert result["errorlist"]["phrasesnotfound"] == ["qwxyzzy"]
    as_xml = eutil(upstream, "esearch", term="glioblastoma AND qwxyzzy")
    assert as_xml.texts("ErrorList/PhraseNotFound") == ["qwxyzzy"]


def test_unknown_phrase_and_field_are_named(upstream: Upstream) -> None:
    result = search(upstream, '"glioblastoma of paclitaxel" AND mice[nonsense]').json()["esearchresult"]
    assert result["warninglist"]["quotedphrasesnotfound"] == ['"glioblastoma of paclitaxel"']
    assert result["errorlist"]["fieldsnotfound"] == ["nonsense"]
    assert result["idlist"] == ["990000029"]


def test_nothing_found_says_so(upstream: Upstream) -> None:
    answer = eutil(upstream, "esearch", term="qwxyzzy")
    assert answer.texts("Count") == ["0"]
    assert answer.texts("WarningList/OutputMessage") == ["No items found."]


def test_unknown_doi_falls_back_to_its_words(upstream: Upstream) -> None:
    result = search(upstream, "10.5555/vesicles.2099[doi]").json()["esearchresult"]
    assert result["idlist"]
    papers = [upstream.corpus.papers[int(pmid)] for pmid in result["idlist"]]
    assert all(paper.doi != "10.5555/vesicles.2099" for paper in papers)
    assert result["warninglist"]["quotedphrasesnotfound"]


def test_unknown_doi_without_known_words_finds_nothing(upstream: Upstream) -> None:
    result = search(upstream, "10.9999/qwxyzzy[doi]").json()["esearchresult"]
    assert result["count"] == "0"
    assert "10.9999/qwxyzzy[doi]" in result["errorlist"]["phrasesnotfound"]


def test_empty_term_is_an_error_at_200(upstream: Upstream) -> None:
    answer = search(upstream, " ")
    assert answer.status == 200
    assert answer.json()["esearchresult"]["ERROR"].startswith("Empty term")


def test_windows_of_a_result(upstream: Upstream) -> None:
    everything = found(search(upstream, "exosomes", retmax=100))
    assert len(everything) > 20
    assert found(search(upstream, "exosomes")) == everything[:20]
    assert found(search(upstream, "exosomes", retstart=5, retmax=3)) == everything[5:8]


def test_bounds_of_a_large_result() -> None:
    with Upstream(10_050, written=False) as upstream:
        result = search(upstream, "plain record", retmax=20_000).json()["esearchresult"]
        assert result["count"] == "10050"
        assert len(result["idlist"]) == 9_999
        assert result["warninglist"]["outputmessages"] == ["Restrictions achieved. start and count adjusted to 0, 9999"]
        result = search(upstream, "plain record", retstart=9_990, retmax=10).json()["esearchresult"]
        assert len(result["idlist"]) == 9
        beyond = search(upstream, "plain record", retstart=9_999)
        assert beyond.status == 200
        with pytest.raises(json.JSONDecodeError):
            beyond.json()
        assert "'retstart' cannot be larger than 9998" in beyond.body.decode()
        as_xml = eutil(upstream, "esearch", term="plain record", retstart=9_999)
        assert "'retstart' cannot be larger than 9998" in as_xml.texts("ERROR")[0]
        years = [
            search(upstream, "plain record", mindate=y, maxdate=y, rettype="count").json() for y in range(2001, 2024)
        ]
        assert sum(int(year["esearchresult"]["count"]) for year in years) == 10_050


def test_bulk_is_the_same_every_time() -> None:
    assert list(bulk(30)) == list(bulk(40))[:30]
    assert len({paper.doi for paper in bulk(5_000)}) == 5_000


def test_history_is_kept_and_expires(upstream: Upstream) -> None:
    first = search(upstream, "sepsis", usehistory="y").json()["esearchresult"]
    second = search(upstream, "stroke", usehistory="y", WebEnv=first["webenv"]).json()["esearchresult"]
    assert (first["querykey"], second["querykey"]) == ("1", "2")
    assert first["webenv"] == second["webenv"]
    upstream.expire_history()
    gone = eutil(upstream, "efetch", WebEnv=first["webenv"], query_key="1", retmode="xml")
    assert gone.status == 200
    assert gone.texts("ERROR") == ["Unable to obtain query #1"]


def test_seed_is_found_by_its_doi(upstream: Upstream) -> None:
    doi = upstream.corpus.papers[SEED].doi
    assert found(search(upstream, f"{doi}[doi]")) == [str(SEED)]
