import urllib.request
from typing import Any

import pytest

from tests.upstream import SEED, VALID_KEY, Upstream
from tests.upstream.asking import ask, eutil, fetched


def test_records_come_in_the_order_asked_each_once(upstream: Upstream) -> None:
    asked = "990000007,990000002,990000007,990000030"
    assert fetched(eutil(upstream, "efetch", id=asked, retmode="xml")) == ["990000007", "990000002", "990000030"]
    assert fetched(eutil(upstream, "efetch", id=asked, form=True)) == ["990000007", "990000002", "990000030"]


def test_unknown_ids_are_silently_missing(upstream: Upstream) -> None:
    assert fetched(eutil(upstream, "efetch", id="1,990000002,2")) == ["990000002"]
    only_unknown = eutil(upstream, "efetch", id="1,2")
    assert only_unknown.status == 200
    assert fetched(only_unknown) == []


@pytest.mark.parametrize("ids", ["", "abc", "0"])
def test_no_id_is_a_400(upstream: Upstream, ids: str) -> None:
    answer = eutil(upstream, "efetch", id=ids)
    assert answer.status == 400
    assert answer.texts("ERROR") == ["ID list is empty! Possibly it has no correct IDs."]


def test_digits_are_picked_out_of_an_id(upstream: Upstream) -> None:
    assert fetched(eutil(upstream, "efetch", id="ABC990000002")) == ["990000002"]


def test_long_urls_are_refused_and_forms_are_not(upstream: Upstream) -> None:
    ids = ",".join(str(990_000_001 + n) for n in range(1_000))
    assert eutil(upstream, "efetch", id=ids).status == 414
    assert len(fetched(eutil(upstream, "efetch", id=ids, form=True))) == len(upstream.corpus)


def test_windows_of_a_kept_set(upstream: Upstream) -> None:
    kept = eutil(upstream, "epost", id="990000002,990000003,990000004", form=True)
    where: dict[str, Any] = {"WebEnv": kept.texts("WebEnv")[0], "query_key": kept.texts("QueryKey")[0]}
    assert fetched(eutil(upstream, "efetch", **where)) == ["990000002", "990000003", "990000004"]
    assert fetched(eutil(upstream, "efetch", **where, retstart=1, retmax=1)) == ["990000003"]
    outside = eutil(upstream, "efetch", **where, retstart=3)
    assert outside.status == 400
    assert "OUT OF RANGE" in outside.texts("ERROR")[0]


def test_kept_sets_end_at_9999() -> None:
    with Upstream(10_050, written=False) as upstream:
        result = eutil(upstream, "esearch", term="plain", retmode="json", usehistory="y").json()["esearchresult"]
        where: dict[str, Any] = {"WebEnv": result["webenv"], "query_key": result["querykey"]}
        assert len(fetched(eutil(upstream, "efetch", **where, retstart=9_500, retmax=500))) == 499
        assert eutil(upstream, "efetch", **where, retstart=9_999).status == 400


def test_posting_nothing_is_an_error_in_xml(upstream: Upstream) -> None:
    answer = eutil(upstream, "epost", id="", retmode="json", form=True)
    assert answer.status == 400
    assert answer.texts("ERROR") == ["Empty ID list; Nothing to store"]


def test_reply_names_the_dtd_of_the_year(upstream: Upstream) -> None:
    body = eutil(upstream, "efetch", id=SEED).body
    assert b"pubmed_250101.dtd" in body.split(b"\n")[1]
    assert body.endswith(b"</PubmedArticleSet>")


def test_last_version_is_given_and_files_hold_all(upstream: Upstream) -> None:
    pmid = next(eutil(upstream, "efetch", id="990000039").xml().iter("PMID"))
    assert pmid.attrib == {"Version": "3"}
    file = upstream.corpus.update_file([990000039], deleted=[990000777])
    assert file.count(b"<PMID Version=") == 4
    assert b"<DeleteCitation><PMID" in file


def test_links_of_a_comma_list_are_pooled(upstream: Upstream) -> None:
    name = "pubmed_pubmed_citedin"
    pooled = eutil(upstream, "elink", db="pubmed", linkname=name, id="990000002,990000014")
    assert len(pooled.xml().findall("LinkSet")) == 1
    assert set(pooled.texts("LinkSet/LinkSetDb/Link/Id")) == {"990000001", "990000002", "990000024", "990000031"}
    apart = eutil(upstream, "elink", db="pubmed", linkname=name, id=["990000002", "990000014", "990000044"])
    assert [len(each.findall("LinkSetDb")) for each in apart.xml().findall("LinkSet")] == [1, 1, 0]


def test_similar_papers_begin_with_the_paper_itself(upstream: Upstream) -> None:
    params: dict[str, Any] = {"db": "pubmed", "cmd": "neighbor_score", "linkname": "pubmed_pubmed", "id": "990000002"}
    answer = eutil(upstream, "elink", **params)
    ids = answer.texts(".//Link/Id")
    scores = [int(score) for score in answer.texts(".//Link/Score")]
    assert ids[0] == "990000002"
    assert "990000003" in ids
    assert scores == sorted(scores, reverse=True)
    as_json = eutil(upstream, "elink", **params, retmode="json").json()["linksets"][0]["linksetdbs"][0]["links"]
    assert [link["id"] for link in as_json] == ids


def test_references_are_known_only_of_papers_in_pmc(upstream: Upstream) -> None:
    params: dict[str, Any] = {"db": "pubmed", "linkname": "pubmed_pubmed_refs"}
    in_pmc = eutil(upstream, "elink", **params, id="990000002")
    assert in_pmc.texts(".//Link/Id") == ["990000014"]
    outside = eutil(upstream, "elink", **params, id="990000033")
    assert outside.xml().find(".//LinkSetDb") is None


def test_summaries(upstream: Upstream) -> None:
    result = eutil(upstream, "esummary", id="990000002,5", retmode="json").json()["result"]
    assert result["uids"] == ["990000002", "5"]
    assert result["990000002"]["source"] == "Ann Ren Regen"
    assert result["5"]["error"] == "cannot get document summary"
    as_xml = eutil(upstream, "esummary", id="990000002,5", version="2.0")
    assert as_xml.texts(".//DocumentSummary/Source") == ["Ann Ren Regen"]
    assert as_xml.texts(".//DocumentSummary/error") == ["cannot get document summary"]


def test_summaries_in_json_stop_at_500(upstream: Upstream) -> None:
    ids = ",".join(str(n) for n in range(1, 502))
    answer = eutil(upstream, "esummary", id=ids, retmode="json", form=True).json()
    assert answer["esummaryresult"][0].startswith("Too many UIDs in request.")


CITATIONS = {
    "resolved": ("Stroke Repair Lett|2017|5|301|Moreau T|k|", "Stroke Repair Lett|2017|5|301|Moreau T|k|990000008"),
    "two candidates": (
        "Stroke Repair Lett|2018|||Okonkwo A|k|",
        "Stroke Repair Lett|2018|||Okonkwo A|k|AMBIGUOUS 990000009,990000010",
    ),
    "many candidates": ("Ann Ren Regen|||||k|", "Ann Ren Regen|||||k|NOT_FOUND"),
    "not found": ("Ann Ren Regen|2013|1|999|Haldorsen P|k|", "Ann Ren Regen|2013|1|999||k|NOT_FOUND"),
    "no such journal": ("Proc Far Conf|2018|1|2|F|k|", "Proc Far Conf|2018|1|2||k|NOT_FOUND;INVALID_JOURNAL"),
    "page of another paper": ("Cell Free Ther|2018|3|77|Quist B|k|", "Cell Free Ther|2018|3|77|Quist B|k|990000011"),
}


@pytest.mark.parametrize("case", CITATIONS)
def test_citation_matching(upstream: Upstream, case: str) -> None:
    asked, expected = CITATIONS[case]
    assert eutil(upstream, "ecitmatch", retmode="xml", bdata=asked).body.decode() == f"{expected}\n"


def test_citation_lines_are_answered_in_order(upstream: Upstream) -> None:
    lines = [asked.replace("|k|", f"|{n}|") for n, (asked, _) in enumerate(CITATIONS.values())]
    answers = eutil(upstream, "ecitmatch", bdata="\r".join(lines), form=True).body.decode().splitlines()
    assert [answer.split("|")[5] for answer in answers] == [str(n) for n in range(len(lines))]


def test_a_miss_without_journal_ends_the_reply(upstream: Upstream) -> None:
    lines = ["Ann Ren Regen|2016|4|101||a|", "|2016|4|9999||b|", "Ann Ren Regen|2017|5|33||c|"]
    answers = eutil(upstream, "ecitmatch", bdata="\r".join(lines)).body.decode().splitlines()
    assert answers == ["Ann Ren Regen|2016|4|101||a|990000002"]


@pytest.mark.parametrize("key", ["", "wrong"])
def test_other_api_keys_are_refused(upstream: Upstream, key: str) -> None:
    answer = eutil(upstream, "esearch", term="sepsis", api_key=key)
    assert answer.status == 400
    assert answer.json()["error"] == "API key invalid"


@pytest.mark.parametrize(("key", "limit"), [("", 3), (VALID_KEY, 10)])
def test_rate_is_enforced_where_asked(key: str, limit: int) -> None:
    params: dict[str, Any] = {"api_key": key} if key else {}
    with Upstream(enforce_rate=True) as upstream:
        answers = [eutil(upstream, "esearch", term="sepsis", **params) for _ in range(limit + 1)]
        assert [answer.status for answer in answers] == [200] * limit + [429]
        refused = answers[-1]
        assert refused.json() == {
            "error": "API rate limit exceeded",
            "api-key": key or "127.0.0.1",
            "count": str(limit + 1),
            "limit": str(limit),
        }
        assert refused.headers["Retry-After"] == "2"
        assert refused.headers["X-RateLimit-Remaining"] == "0"


def test_other_databases_are_refused(upstream: Upstream) -> None:
    assert ask(upstream, "entrez", "efetch.fcgi", {"db": "gene", "id": "1"}).status == 400


def test_compressed_where_accepted(upstream: Upstream) -> None:
    url = upstream.environment()["EXOKB_ENTREZ_URL"] + f"efetch.fcgi?db=pubmed&id={SEED}"
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})) as reply:
        assert reply.headers["Content-Encoding"] == "gzip"
        assert reply.read().startswith(b"\x1f\x8b")


@pytest.mark.parametrize(
    ("utility", "params"),
    [
        ("efetch", {"id": "990000002", "retmode": "text", "rettype": "medline"}),
        ("elink", {"id": "990000002", "cmd": "prlinks"}),
        ("esummary", {"id": "990000002"}),
        ("esearch", {"term": "sepsis", "reldate": "60"}),
    ],
)
def test_what_is_not_spoken_is_said(upstream: Upstream, utility: str, params: dict[str, Any]) -> None:
    assert eutil(upstream, utility, **params).status == 501
