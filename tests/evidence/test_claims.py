"""What a record says, and what it does not: one invented record a case."""

from __future__ import annotations

import pytest

from exokb.domain.annotation import Assertion
from exokb.domain.record import AbstractSection, Record
from exokb.evidence.annotator import Annotator
from exokb.evidence.evaluation import find_values
from exokb.evidence.vocabulary_files import load_vocabulary

VOCABULARY = load_vocabulary()
ANNOTATOR = Annotator(VOCABULARY)


def values(facet: str, title: str, abstract: str = "", types: tuple[str, ...] = ("Journal Article",)) -> set[str]:
    sections = (AbstractSection(text=abstract),) if abstract else ()
    record = Record(pmid=990000001, title=title, abstract=sections, publication_types=types)
    return find_values(ANNOTATOR.annotate(record), VOCABULARY)[facet]


CARGO = [
    ("Exosomes carrying miR-21 protect the kidney", {"mirna"}),
    ("Exosomal miR-146a from bone marrow MSCs dampens colitis", {"mirna"}),
    ("Mesenchymal stem cell-derived extracellular vesicles deliver miR-133b to neurons", {"mirna"}),
    ("Transfer of miR-126 by extracellular vesicles restores vessel growth", {"mirna"}),
    ("LncRNA H19 in exosomes of MSCs speeds wound closure", {"lncrna"}),
    ("Mesenchymal stem cell exosomes loaded with curcumin reach the inflamed brain", {"drug"}),
    ("Doxorubicin-loaded exosomes slow tumour growth", {"drug"}),
    ("siRNA-loaded extracellular vesicles silence KRAS", {"other_rna"}),
    ("HIF-1α-overexpressing MSC-derived exosomes heal infarcted hearts", {"protein"}),
    ("Exosomes enriched in VEGF grow vessels", {"growth_factor", "protein"}),
    ("Extracellular vesicles transfer functional mitochondria to epithelium", {"mitochondria"}),
    ("Proteomic profiling of exosomes from Wharton's jelly MSCs", {"protein"}),
    ("The lipid composition of extracellular vesicles from adipose stem cells", {"lipid"}),
    ("Exosomes suppress TLR4 signalling in macrophages", set()),
    ("MSC exosomes reduce IL-6 and TNF-α in the blood of septic mice", set()),
    ("Exosomes positive for CD9, CD63 and CD81 were given to rats", set()),
    ("Metformin-primed MSC exosomes ease arthritis", set()),
    ("Exosomes raise VEGF expression in endothelial cells", set()),
    ("Exosomes activate the Wnt/β-catenin pathway in hair follicles", set()),
    ("The exosome complex degrades mRNA in the nucleus", set()),
    ("circHIPK3-containing exosomes repair ischaemic muscle", {"circrna"}),
    ("Exosomes from miR-30c-modified mesenchymal stem cells protect kidneys", {"mirna"}),
    ("MSC-EVs containing mRNAs, microRNAs, lipids and proteins", {"mrna", "mirna", "lipid", "protein"}),
    ("Knockdown of miR-29b in MSCs abolished the effect of their exosomes", {"mirna"}),
    ("No miRNA was detected in the exosomes", set()),
    ("Exosomes inhibited miR-155 expression in microglia", set()),
    ("Exosome-shuttled miR-19a shields cardiomyocytes", {"mirna"}),
    ("PD-L1 on extracellular vesicles from MSCs tames T cells", {"protein"}),
    ("Hypoxia increases the miR-210 content of MSC exosomes", {"mirna"}),
    ("TSG-6 delivered by MSC extracellular vesicles guards the lung", {"protein"}),
    ("Mitochondrial DNA in extracellular vesicles from MSCs", {"dna"}),
    ("MSC exosomes alleviate cisplatin-induced kidney injury", set()),
    ("Exosomes from BMSCs reversed doxorubicin-induced heart damage", set()),
    ("Exosomes derived from miR-375-overexpressing adipose stem cells rebuild bone", {"mirna"}),
]

SENTENCES = [
    # (abstract sentence, cargo, molecules)
    ("Mechanistically, exosomal miR-9-5p targeted NOXA1 to calm the NF-κB pathway.", {"mirna"}, {"miR-9-5p"}),
    ("BMSC-Exos transferred miR-29b-3p to osteoblasts, where it suppressed SOCS1.", {"mirna"}, {"miR-29b-3p"}),
    ("Silencing of lncRNA KLF3-AS1 in MSCs weakened the effect of their exosomes.", {"lncrna"}, {"KLF3-AS1"}),
    ("Sequencing showed that miR-125b-5p was the most abundant miRNA in MSC-EVs.", {"mirna"}, {"miR-125b-5p"}),
    ("Exosomes of MSCs raised the expression of miR-199a in chondrocytes.", set(), set()),
    ("The effect depended on exosomal annexin A1.", {"protein"}, {"annexin A1"}),
    ("Exosomes secreted by HGF-overexpressing MSCs healed faster.", {"growth_factor", "protein"}, {"HGF"}),
    ("Exosomes from TNF-α-preconditioned MSCs were stronger.", set(), set()),
    ("Exosomes from IL-1β-primed gingival MSCs were stronger.", set(), set()),
    ("MSC exosomes blocked the NLRP3 inflammasome and caspase-1.", set(), set()),
    ("Exosomes were identified by CD63, Alix and TSG101.", set(), set()),
    ("MSC exosomes delivering VEGF plasmid grew vessels.", {"dna", "growth_factor", "protein"}, {"VEGF"}),
    ("The exosome-mediated transfer of miR-143 softened scars.", {"mirna"}, {"miR-143"}),
    ("Extracellular vesicles carry proteins, lipids and nucleic acids.", {"protein", "lipid"}, set()),
    (
        "These vesicles contain proteins, DNA, mRNA, and non-coding RNAs such as miRNA.",
        {"protein", "dna", "mrna", "other_rna", "mirna"},
        set(),
    ),
    ("Exosomes lowered the serum levels of IL-6, IL-1β and TNF-α.", set(), set()),
    ("Inhibition of miR-100-5p in exosomes removed their benefit.", {"mirna"}, {"miR-100-5p"}),
    ("Exosomes act through miR-340.", {"mirna"}, {"miR-340"}),
    ("GW4869 blocked the protection of MSC-conditioned medium.", set(), set()),
    ("Cells were grown in medium with exosome-depleted serum, and VEGF was measured.", set(), set()),
    ("miR-23a-3p-enriched exosomes from umbilical cord blood healed wounds.", {"mirna"}, {"miR-23a-3p"}),
    ("MSC-EVs packaged with siRNA against TGF-β1 eased fibrosis.", {"other_rna"}, set()),
    ("Let-7b and miR-21 were highly expressed in exosomes.", {"mirna"}, {"let-7b", "miR-21"}),
    ("Western blot showed that exosomes reduced collagen I and α-SMA in fibroblasts.", set(), set()),
]


@pytest.mark.parametrize(("sentence", "cargo", "molecules"), SENTENCES)
def test_sentences_say_what_vesicles_carry(sentence: str, cargo: set[str], molecules: set[str]) -> None:
    title = "Exosomes of mesenchymal stem cells"
    assert (values("cargo", title, sentence), values("molecules", title, sentence)) == (cargo, molecules)


@pytest.mark.parametrize(("title", "expected"), CARGO)
def test_cargo_is_what_the_vesicles_carry(title: str, expected: set[str]) -> None:
    assert values("cargo", title) == expected


MOLECULES = [
    ("Exosomal hsa-microRNA-21-5p from MSCs", {"miR-21-5p"}),
    ("Exosomes carrying let-7c and miR‑143/145", {"let-7c", "miR-143", "miR-145"}),
    ("Exosomes rich in lncRNA MALAT1 from adipose stem cells", {"MALAT1"}),
    ("Wnt4 carried by exosomes of umbilical cord MSCs", {"Wnt4"}),
    ("Exosomal FZD10 marks colorectal cancer", {"FZD10"}),
    ("Exosomes from HepG2 cells were studied by NTA", set()),
    ("Exosomes overexpressing TGF-β1", {"TGF-β1"}),
    ("miR-124a-loaded exosomes against glioma", {"miR-124a"}),
    ("Exosomes deliver circ-0000250 and lncRNA KLF3-AS1", {"circ-0000250", "KLF3-AS1"}),
]


@pytest.mark.parametrize(("title", "expected"), MOLECULES)
def test_molecules_are_named_and_normalised(title: str, expected: set[str]) -> None:
    assert values("molecules", title) == expected


SOURCE = [
    ("Exosomes from human umbilical cord mesenchymal stem cells ease liver fibrosis", {"umbilical_cord"}),
    ("BMSC-derived exosomes and bone", {"bone_marrow"}),
    ("hUC-MSC-derived small extracellular vesicles", {"umbilical_cord"}),
    ("ADSC-Exos improve fat graft survival", {"adipose"}),
    ("Comparison of exosomes from adipose- and bone marrow-derived mesenchymal stem cells", {"adipose", "bone_marrow"}),
    ("Stem cells from human exfoliated deciduous teeth secrete exosomes that save neurons", {"dental"}),
    ("Menstrual blood-derived stem cell exosomes", {"endometrium"}),
    ("Exosomes from human iPSC-derived mesenchymal stem cells", {"pluripotent"}),
    ("Urine-derived stem cell exosomes", {"urine"}),
    ("Synovial mesenchymal stem cell exosomes and cartilage", {"synovium"}),
    ("Amniotic fluid stem cell extracellular vesicles", {"placenta"}),
    ("Tumour exosomes drive bone marrow mesenchymal stem cells toward fibroblasts", set()),
    ("Plasma exosomes promote osteogenic differentiation of BMSCs", set()),
    ("Macrophage-derived exosomes instruct adipose-derived stem cells", set()),
    ("Exosomes of cancer cells in adipose tissue", set()),
    ("Human placental mesenchymal stem cell-derived exosomes", {"placenta"}),
    ("Exosomes from human dental pulp stem cells", {"dental"}),
    ("Exosomes released by human adipose mesenchymal stem cells", {"adipose"}),
    ("Wharton's jelly mesenchymal stromal cell microvesicles", {"umbilical_cord"}),
]


@pytest.mark.parametrize(("title", "expected"), SOURCE)
def test_source_is_the_tissue_of_the_parent_cells(title: str, expected: set[str]) -> None:
    assert values("source", title) == expected


RELEVANT = [
    ("MSC-derived exosomes in sepsis", True),
    ("Exosomes secreted by adipose-derived stem cells", True),
    ("Extracellular vesicles from dental pulp stem cells", True),
    ("Mesenchymal stem cells and their exosomes for stroke", True),
    ("Small extracellular vesicles released by human umbilical cord mesenchymal stromal cells", True),
    ("Hypoxic preconditioning of BMSCs increases exosome secretion", True),
    ("Exosomes from breast cancer cells recruit mesenchymal stem cells", False),
    ("Cancer exosomes are taken up by MSCs", False),
    ("Cardiosphere-derived cell exosomes", False),
    ("Neural stem cell extracellular vesicles", False),
    ("Plant-derived exosome-like nanoparticles", False),
    ("Milk exosomes and the gut", False),
    ("Conditioned medium of mesenchymal stem cells in stroke", False),
    ("Stem cell-derived exosomes", False),
    ("The nuclear RNA exosome in mesenchymal stem cells", False),
    ("Culture of mesenchymal stem cells in exosome-depleted serum", False),
    ("Effect of platelet extracellular vesicles on mesenchymal stem cells", False),
    ("iPSC-derived MSC exosomes", True),
]


@pytest.mark.parametrize(("title", "expected"), RELEVANT)
def test_relevance_asks_for_vesicles_from_mesenchymal_cells(title: str, expected: bool) -> None:
    assert values("relevance", title) == ({"yes"} if expected else {"no"})


DISEASE = [
    ("MSC exosomes in acute kidney injury", {"kidney"}),
    ("Exosomes for diabetic nephropathy", {"kidney", "metabolic"}),
    ("Exosomes for rheumatoid arthritis", {"musculoskeletal", "immune"}),
    ("Exosomes in pulmonary hypertension", {"cardiovascular", "respiratory"}),
    ("Exosomes heal diabetic foot ulcers", {"skin", "metabolic"}),
    ("Exosomes and stroke", {"neurological"}),
    ("Exosomes in GvHD", {"immune"}),
    ("Exosomes against COVID-19", {"infectious", "respiratory"}),
    ("Exosomes in ulcerative colitis", {"gastrointestinal", "immune"}),
    ("Exosomes in pre-eclampsia", {"reproductive"}),
    ("Exosomes in hepatocellular carcinoma", {"liver", "cancer"}),
    ("Exosomes in sepsis-induced acute lung injury", {"infectious", "respiratory"}),
    ("Exosomes for periodontitis", {"oral"}),
    ("Exosomes for dry eye disease", {"eye"}),
    ("Exosomes in multiple myeloma", {"cancer", "hematological"}),
    ("Exosomes for premature ovarian insufficiency", {"reproductive"}),
    ("Exosomes for myocardial infarction", {"cardiovascular"}),
    ("Exosomes for spinal cord injury", {"neurological"}),
    ("Exosomes for atopic dermatitis", {"skin", "immune"}),
    ("Exosomes in allergic rhinitis", {"respiratory", "immune"}),
    ("Exosomes and tumour necrosis factor in cell culture", set()),
    ("Isolation of exosomes by size exclusion chromatography", set()),
    ("Exosomes for corneal wound healing", {"eye"}),
    ("Exosomes in type 1 diabetes", {"metabolic", "immune"}),
    ("Exosomes for erectile dysfunction", {"reproductive"}),
    ("Exosomes for osteosarcoma", {"musculoskeletal", "cancer"}),
    ("Exosomes in intervertebral disc degeneration", {"musculoskeletal"}),
    ("Exosomes for hindlimb ischaemia", {"cardiovascular"}),
    ("Exosomes in glioblastoma", {"neurological", "cancer"}),
    ("Exosomes for hair loss", {"skin"}),
    ("Exosomes for temporomandibular joint osteoarthritis", {"musculoskeletal"}),
    ("Exosomes for hepatic ischemia-reperfusion injury", {"liver"}),
]


@pytest.mark.parametrize(("title", "expected"), DISEASE)
def test_disease_is_the_area_of_the_title(title: str, expected: set[str]) -> None:
    assert values("disease", title) == expected


ABOUT = [
    # (title, abstract, areas)
    (
        "Exosomes of mesenchymal stem cells calm macrophages",
        "Macrophages matter in many conditions. Mesenchymal cells were tried in stroke. We asked whether their "
        "exosomes change macrophages in culture. Cells took up exosomes within hours. Secretion of cytokines fell.",
        set(),
    ),
    (
        "Mesenchymal stem cell exosomes shield tubular cells",
        "Cisplatin harms tubules. In this study we gave exosomes to rats with acute kidney injury. Creatinine fell. "
        "In conclusion, exosomes ease acute kidney injury.",
        {"kidney"},
    ),
    (
        "Exosomes from stem cells: where do we stand?",
        "In this review we summarise the use of exosomes in diseases such as stroke, myocardial infarction and "
        "osteoarthritis.",
        {"neurological", "cardiovascular", "musculoskeletal"},
    ),
    (
        "Exosomes ease osteoarthritis in rats",
        "Osteoarthritis (OA) is painful. Exosomes help in stroke and myocardial infarction. We injected exosomes "
        "into OA knees of rats. Cartilage improved.",
        {"musculoskeletal"},
    ),
    (
        "Serum vesicles of volunteers",
        "We studied vesicles of volunteers without diabetes. Vesicle counts were stable. No participant had diabetes.",
        set(),
    ),
]


@pytest.mark.parametrize(("title", "abstract", "expected"), ABOUT)
def test_disease_is_told_from_what_is_only_mentioned(title: str, abstract: str, expected: set[str]) -> None:
    types = ("Journal Article", "Review") if "review" in abstract else ("Journal Article",)
    assert values("disease", title, abstract, types) == expected


DESIGN = [
    ("Exosomes ease colitis", "We gave exosomes to mice with colitis. Weight recovered.", (), "in_vivo"),
    (
        "Exosomes and fibroblasts",
        "We cultured fibroblasts with exosomes. Migration rose. In vivo studies are needed.",
        (),
        "in_vitro",
    ),
    ("Exosomes in cartilage: a review", "This review covers exosomes in cartilage.", ("Review",), "review"),
    (
        "Exosomes for stroke: systematic review and meta-analysis",
        "We searched PubMed and Embase.",
        ("Review",),
        "systematic_review",
    ),
    (
        "Inhaled exosomes for pneumonia",
        "Twenty patients received inhaled exosomes. No harm was seen.",
        (),
        "clinical_trial",
    ),
    (
        "Serum exosomes in lung cancer",
        "Serum exosomes of 50 patients and 30 healthy controls were compared. The AUC was 0.9.",
        (),
        "observational",
    ),
    ("Isolation of exosomes", "This protocol describes the isolation of exosomes from medium.", (), "protocol"),
    ("Correction to: Exosomes in mice", "", ("Published Erratum",), "other"),
    ("Reply to a letter on exosomes", "", ("Letter", "Comment"), "other"),
    (
        "Exosomes for macular holes",
        "Five eyes were studied.",
        ("Journal Article", "Clinical Trial, Phase I"),
        "clinical_trial",
    ),
    (
        "Exosomes in a rat model",
        "Rats were injected with exosomes. This contrasts with earlier reviews.",
        (),
        "in_vivo",
    ),
    (
        "Vesicles of patients with lupus",
        "A cross-sectional study of 40 patients. Vesicles correlated with disease activity.",
        (),
        "observational",
    ),
    ("A trial of exosomes: study protocol", "Patients will be randomized to exosomes or placebo.", (), "protocol"),
    (
        "Band gap of a perovskite film",
        "The density functional theory gives a band gap of 2 eV for the film.",
        (),
        "other",
    ),
]


@pytest.mark.parametrize(("title", "abstract", "types", "expected"), DESIGN)
def test_design_is_what_was_done(title: str, abstract: str, types: tuple[str, ...], expected: str) -> None:
    assert values("design", title, abstract, ("Journal Article", *types)) == {expected}


def test_what_was_seen_and_not_counted_is_kept() -> None:
    record = Record(pmid=990000002, title="No miRNA was detected in the exosomes of MSCs")
    found = [a for a in ANNOTATOR.annotate(record) if a.facet == "cargo"]
    assert {(a.value, a.assertion) for a in found} == {("mirna", Assertion.NEGATED)}
