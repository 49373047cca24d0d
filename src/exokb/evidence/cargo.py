"""Cargo and molecules: what a record says its vesicles carry, by class and by name."""

from __future__ import annotations

import re

from exokb.domain.annotation import Annotation, Assertion
from exokb.evidence.cargo_grammar import NUCLEIC_CLASSES, CargoGrammar, Molecule
from exokb.evidence.context import is_presumed, read_assertion
from exokb.evidence.document import Document, Role, Sentence
from exokb.evidence.loaded_compounds import find_loaded_compounds
from exokb.evidence.long_forms import find_long_form
from exokb.evidence.molecule_names import find_named_molecules
from exokb.evidence.reading import Reading
from exokb.evidence.unlisted_names import UnlistedNames
from exokb.evidence.vocabulary import Vocabulary, any_of

_CLASSES = {
    "class_growth_factor": ("growth_factor", "protein"), "class_protein": ("protein",),
    "class_drug": ("drug",), "class_other_rna": ("other_rna",),
    "class_lncrna": ("lncrna",), "class_circrna": ("circrna",), "class_lipid": ("lipid",),
}  # fmt: skip
_REPORTED = re.compile(
    r"\b(?:up ?regulated|down ?regulated|elevated|increased|decreased|differential\w*|expressed|abundant|comprising|"
    r"compris\w+|consist\w+|validated|enriched|higher|lower|identified|namely|including|such as|rich|top|"
    r"panel|signature|"
    r"detected|levels?|auc|roc|diagnos\w+|networks?|mimics?|overexpress\w+)\b"
)

_LISTED = re.compile(
    r"\b(?:(?:mi|micro ?)rnas?|mirs|lncrnas?|circrnas?|m?rnas|mirna)\b[^.;]{0,25}?(?:such as|including|namely|"
    r"e\.g\.|\()[^.;]{0,120}$"
)
"""What stands before a nucleic acid that its class introduces: "regulatory miRNAs such as"."""
_LISTED_PROTEINS = re.compile(
    r"\b(?:proteins?|proteome|factors|cytokines|chemokines|enzymes|antigens|biomarkers|candidates)\b[^;]{0,130}?"
    r"(?:such as|including|namely|e\.g\.|:|\(|,| were| are)[^;]{0,200}$"
)
_PROTEOMICS = re.compile(r"\b(?:proteom|mass spectrometry|lc ms|itraq|tmt|protein array|antibody array|olink)")
_ELSEWHERE = re.compile(
    r"\b(?:cells|mice|rats?|tissues?|pathways?|signal|inhibit\w*|suppress\w*|treat\w*|activat\w*|target\w*|markers?)\b"
)
"""Sentences with one of these may list proteins of cells, not of vesicles."""
_COUNTED = re.compile(r"\b\d[\d,]* (?:[\w-]+ ){0,3}?$")
_POSSIBLE = re.compile(r"\b(?:can|could|may|might|potential(?:ly)?|promising)\b")
_GENERIC = re.compile(r"(?:(?:small )?(?:nc|non ?coding )?rnas?|small non ?coding rnas?|small rnas?)")


class CargoAnnotator:
    """Finds cargo with the phrases of one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._grammar = CargoGrammar(vocabulary)
        markers = vocabulary.phrases("molecules", "markers")
        self._unlisted = UnlistedNames((*vocabulary.phrases("molecules", "never"), *markers))
        self._filling = re.compile(rf"\b{any_of(vocabulary.phrases('cargo', 'filling'))}")

    def annotate(self, reading: Reading, *, review: bool) -> list[Annotation]:
        """Give the classes and names of cargo, each with the words that name it."""
        if not reading.vesicles:
            return []
        molecules = self._find_molecules(reading)
        if not molecules:
            return []
        document = reading.document
        stated: list[tuple[Molecule, str, Assertion]] = []
        rest: list[tuple[Molecule, Sentence]] = []
        at = 0
        for sentence in document.sentences:
            inside = []
            while at < len(molecules) and molecules[at].start < sentence.end:
                if molecules[at].start >= sentence.start:
                    inside.append(molecules[at])
                at += 1
            if not inside or (
                sentence.role in {Role.MESH, Role.OTHER} and document.field_of(sentence.start) != "abstract"
            ):
                continue
            hits = self._grammar.read(reading, sentence, inside)
            for molecule in inside:
                rule = hits.get(molecule)
                if rule is None:
                    rest.append((molecule, sentence))
                    continue
                if "drug" in molecule.values and not self._filling.search(document.text, sentence.start, sentence.end):
                    continue
                assertion = read_assertion(document, sentence, molecule.start, molecule.end)
                if "drug" in molecule.values and _POSSIBLE.search(document.text, sentence.start, molecule.start):
                    assertion = Assertion.SPECULATIVE
                if assertion is Assertion.AFFIRMED and is_presumed(document, sentence):
                    assertion = Assertion.SPECULATIVE
                if not molecule.values:
                    molecule = molecule._replace(values=_guess_class(document.text, molecule))
                stated.append((molecule, rule, assertion))
        stated = _as_messengers(stated)
        stated += self._find_members(document, stated, rest, review=review)
        stated = _without_generic_rna(document, stated)
        return _to_annotations(reading, stated)

    def _find_members(
        self, document: Document, stated: list[tuple[Molecule, str, Assertion]],
        rest: list[tuple[Molecule, Sentence]], *, review: bool,
    ) -> list[tuple[Molecule, str, Assertion]]:  # fmt: skip
        """Add what other sentences show: the same name again, and names listed as members of a class that is cargo."""
        affirmed = [molecule for molecule, _, assertion in stated if assertion is Assertion.AFFIRMED]
        names = {molecule.name for molecule in affirmed if molecule.name}
        classes = {value for molecule in affirmed if not molecule.name for value in molecule.values}
        named = {value for molecule in affirmed if molecule.name for value in molecule.values}
        measured = not review and "protein" in classes and bool(_PROTEOMICS.search(document.text))
        text = document.text
        found = []
        for molecule, sentence in rest:
            if not molecule.name:
                # "2844 mRNAs and 68 miRNAs": what is counted beside a class that the vesicles carry.
                if (not review and classes and set(molecule.values) <= NUCLEIC_CLASSES
                        and sentence.role is not Role.BACKGROUND
                        and _COUNTED.search(text, sentence.start, molecule.start)
                        and any(set(m.values) & classes and _COUNTED.search(text, sentence.start, m.start)
                                for m, s in rest if s is sentence and not m.name and m is not molecule)):  # fmt: skip
                    found.append((molecule, "counted", Assertion.AFFIRMED))
                continue
            if molecule.name in names:
                if sentence.role in {Role.TITLE, Role.KEYWORDS}:
                    values = next(other.values for other in affirmed if other.name == molecule.name)
                    found.append((molecule._replace(values=values), "named", Assertion.AFFIRMED))
            elif set(molecule.values) & classes & NUCLEIC_CLASSES - named and sentence.role is not Role.BACKGROUND:
                if (not review and _REPORTED.search(text, sentence.start, sentence.end)) or _LISTED.search(
                    text, sentence.start, molecule.start
                ):
                    found.append((molecule, "member", Assertion.AFFIRMED))
            elif (measured and (not molecule.values or "protein" in molecule.values)
                    and sentence.role not in {Role.BACKGROUND, Role.TITLE, Role.KEYWORDS, Role.AIM}
                    and _REPORTED.search(text, sentence.start, sentence.end)
                    and _LISTED_PROTEINS.search(text, sentence.start, molecule.start)
                    and not _ELSEWHERE.search(text, sentence.start, sentence.end)):  # fmt: skip
                found.append((molecule._replace(values=molecule.values or ("protein",)), "member", Assertion.AFFIRMED))
        return found

    def _find_molecules(self, reading: Reading) -> list[Molecule]:
        document = reading.document
        found = [Molecule(n.start, n.end, (n.cargo,), n.name, n.cargo)
                 for n in find_named_molecules(document.text, document.original)]  # fmt: skip
        for mention in reading.mentions("molecules"):
            values = _CLASSES.get(mention.rules.parent or "")
            if values:
                found.append(Molecule(mention.start, mention.end, values, mention.rules.value, mention.rule))
        for mention in reading.mentions("cargo"):
            if mention.kind != "mesh":
                found.append(
                    Molecule(mention.start, mention.end, (mention.rules.id, *mention.rules.also), None, mention.rule)
                )
        found += [Molecule(start, end, ("drug",), document.original[start:end].lower(), "loaded")
                  for start, end in find_loaded_compounds(document.text)]  # fmt: skip
        taken = [(m.start, m.end) for m in found]
        for facet in ("vesicle", "cell", "source", "disease"):
            taken += [(m.start, m.end) for m in reading.mentions(facet)]
        found += [
            Molecule(start, end, (), name, "unlisted") for start, end, name in self._unlisted.find(document, taken)
        ]
        found.sort(key=lambda m: (m.start, -m.end, m.name is None))
        kept: list[Molecule] = []
        for molecule in found:
            if not kept or molecule.start >= kept[-1].end:
                kept.append(molecule)
        return _joined([self._with_long_form(reading, molecule) for molecule in kept])

    @staticmethod
    def _with_long_form(reading: Reading, molecule: Molecule) -> Molecule:
        """Say where the long form begins that a name in brackets stands behind, unless that holds vesicles."""
        text = reading.document.text
        if not molecule.name or text[molecule.start - 1 : molecule.start] != "(":
            return molecule
        whole = find_long_form(text, molecule.start, molecule.end)
        if whole < 0 or any(whole < end and start < molecule.start for start, end in reading.vesicles):
            return molecule
        return molecule._replace(whole=whole)


def _joined(molecules: list[Molecule]) -> list[Molecule]:
    """Make one of a full name and the symbol in brackets behind it; the symbol is the name, as it is written."""
    found: list[Molecule] = []
    for molecule in molecules:
        if molecule.whole >= 0:
            while found and found[-1].name and found[-1].start >= molecule.whole:
                full = found.pop()
                if full.start == molecule.whole and molecule.rule == "unlisted":
                    molecule = molecule._replace(values=full.values)
        found.append(molecule)
    return found


def _guess_class(text: str, molecule: Molecule) -> tuple[str, ...]:
    """Say what an unlisted name is: what loads vesicles is a drug, "X mRNA" is its messenger, else a protein."""
    behind = text[molecule.end : molecule.end + 9]
    if behind.startswith(" mrna"):
        return ("mrna",)
    return ("drug",) if "loaded" in behind else ("protein",)


def _as_messengers(stated: list[tuple[Molecule, str, Assertion]]) -> list[tuple[Molecule, str, Assertion]]:
    """Let a name of unknown kind be a messenger throughout where "X mRNA" is said to be in the vesicles once."""
    messengers = {molecule.name for molecule, _, _ in stated if molecule.values == ("mrna",) and molecule.name}
    found = []
    for molecule, rule, assertion in stated:
        if molecule.rule == "unlisted" and molecule.name in messengers:
            molecule = molecule._replace(values=("mrna",))
        found.append((molecule, rule, assertion))
    return found


def _without_generic_rna(
    document: Document, stated: list[tuple[Molecule, str, Assertion]]
) -> list[tuple[Molecule, str, Assertion]]:
    """Drop "ncRNA" and "RNA" where the record goes on to say which kind, unless it lists them side by side."""
    special = [(m, document.sentence_at(m.start)) for m, _, assertion in stated
               if assertion is Assertion.AFFIRMED and set(m.values) & (NUCLEIC_CLASSES - {"other_rna"})]  # fmt: skip
    if not special:
        return stated
    # A title that speaks of vesicles' non-coding RNA as such means all kinds.
    beside = {sentence.start for _, sentence in special if sentence.role is not Role.KEYWORDS}
    beside |= {sentence.start for sentence in document.sentences if sentence.role is Role.TITLE}
    return [(molecule, rule, assertion) for molecule, rule, assertion in stated
            if "other_rna" not in molecule.values or molecule.name
            or not _GENERIC.fullmatch(document.text, molecule.start, molecule.end)
            or document.sentence_at(molecule.start).start in beside]  # fmt: skip


def _to_annotations(reading: Reading, stated: list[tuple[Molecule, str, Assertion]]) -> list[Annotation]:
    """Make annotations; a broad name (``miR-21``) gives way to a precise one (``miR-21-5p``) of the same record."""
    precise = {m.name for m, _, assertion in stated if m.name and assertion is Assertion.AFFIRMED}
    found = []
    for molecule, rule, assertion in stated:
        start, end, name = molecule.start, molecule.end, molecule.name
        found += [reading.annotation("cargo", value, start, end, f"cargo/{value}:{rule}", assertion, 0.8)
                  for value in molecule.values]  # fmt: skip
        if name:
            if any(other.startswith(f"{name}-") or (other[:-1] == name and other[-1:] in "abcd") for other in precise):
                assertion = Assertion.BACKGROUND
            found.append(reading.annotation("molecules", name, molecule.start, molecule.end,
                                            f"molecules/{molecule.values[0]}:{rule}", assertion, 0.8))  # fmt: skip
    return found
