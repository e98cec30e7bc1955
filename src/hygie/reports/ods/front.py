"""The first sheet, which says how to read and cite the others, and the last: sources and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hygie.engines.kernel.french import typeset
from hygie.engines.kernel.territory import SourceAccount
from hygie.reports.json_diagnosis import WORKING_DOCUMENT
from hygie.reports.ods.computed import Book
from hygie.reports.ods.sheets import Column, Format, Num, Sheet, Value
from hygie.reports.provenance import STATUSES, attributions, french_date

FRONT_COLUMNS = (Column("Sujet", 6), Column("À savoir", 18), Column("Valeur", 4))
SOURCE_COLUMNS = (
    *(Column("Clé", 4.5), Column("Source", 8), Column("Producteur", 7), Column("Licence", 5)),
    *(Column("Millésime", 4), Column("Fichier", 6), Column("Lues"), Column("Gardées")),
    *(Column("Rejetées"), Column("Hors zone"), Column("Coupées"), Column("Adresse", 9)),
    *(Column("Empreinte SHA-256", 9), Column("Remarques", 12), Column("Mention demandée", 9)),
)
FIGURE_COLUMNS = (
    *(Column("Clé", 5), Column("Valeur de référence", 9), Column("Valeur"), Column("Unité", 4)),
    *(Column("Depuis", 4), Column("Statut"), Column("Source", 12)),
)


def front_sheet(book: Book, names: Sequence[str]) -> Sheet:
    """« Lisez-moi »: what the file is, its date, its rules, its licences, its sheets."""
    rows = [[subject, typeset(text), value] for subject, text, value in _front(book, names)]
    return Sheet("Lisez-moi", FRONT_COLUMNS, rows)


def _front(book: Book, names: Sequence[str]) -> Iterator[tuple[str, str, Value]]:
    territory, diagnosis = book.territory, book.portrait.diagnosis
    day = french_date(book.day)
    yield "Document", f"Diagnostic de santé : {diagnosis.name} ({diagnosis.code}).", None
    if diagnosis.fictional:
        yield "Territoire fictif", "Cette ville et tous ses chiffres sont inventés.", None
    yield "Date de référence", f"{day} : les valeurs de loi et de pratique sont celles de ce jour.", None
    yield "Statut", f"{WORKING_DOCUMENT.capitalize()} : à ne pas publier sans l’avoir fait relire.", None
    yield "Habitants comptés", f"Les chiffres portent sur les {diagnosis.population_label}.", None
    for label, total in territory.controls.items():
        yield "Total officiel", f"{label} ; aucun chiffre n’est recalé sur lui.", Num(total, Format.COUNT)
    rule = (
        f"Un nombre d’habitants de 1 à {book.few - 1} n’est pas écrit, ni celui dont le reste de la zone est "
        f"de 1 à {book.few - 1} : sa cellule est vide et son statut dit « moins de {book.few} »."
    )
    yield "Petits nombres", rule, None
    missing = (
        "Une cellule vide n’est jamais un zéro. Son statut dit « non calculé » ou « non disponible », et la "
        "colonne « Raison » dit pourquoi."
    )
    yield "Cellules vides", missing, None
    estimates = (
        "Une estimation le dit dans son statut ; « Au moins » et « Au plus » donnent l’intervalle où se "
        "trouve la vraie valeur, quand il est connu."
    )
    yield "Estimations", estimates, None
    numbers = (
        "Les nombres sont écrits en entier et affichés arrondis. Une part vaut de 0 à 1 et s’affiche en %. "
        "Un texte qui commence par = + - ou @ porte une apostrophe : aucun tableur ne le prend pour une "
        "formule, même après un enregistrement en CSV."
    )
    yield "Nombres et textes", numbers, None
    for warning in diagnosis.provenance.warnings:
        yield "À noter", warning, None
    for account in {a.name: a for a in territory.sources}.values():
        told = f"{account.title} ; {account.publisher} ; {account.licence} ; {account.vintage}."
        yield "Licence", told, None
    for words, address in attributions(territory, book.texts):
        yield "Mention demandée", f"{words} {address}".strip(), None
    cited = f"Hygie, diagnostic de santé de {diagnosis.name}, {WORKING_DOCUMENT}, {day}"
    yield "Pour citer", f"« {cited} », suivi de la source et de l’année de chaque chiffre.", None
    for finding in diagnosis.findings:
        yield "Constat", finding.sentence, None
    for name in names:
        yield "Feuille", name, None


def source_sheet(book: Book) -> Sheet:
    """One line a file: what became of its rows, its licence, its digest."""
    rows = [_source_row(book, account) for account in book.territory.sources]
    return Sheet("Sources", SOURCE_COLUMNS, rows)


def _source_row(book: Book, account: SourceAccount) -> list[Value]:
    sheet = book.texts.sources.get(account.name)
    counts = (account.read, account.kept, account.rejected, account.outside, account.clipped)
    row: list[Value] = [account.name, account.title, account.publisher, account.licence, account.vintage]
    row += [account.file, *(Num(count, Format.COUNT) for count in counts)]
    row += [account.address, account.sha256, "\n".join(account.warnings)]
    return [*row, sheet.attribution if sheet else ""]


def figure_sheet(book: Book) -> Sheet:
    """One line a number of law or practice: value, date, status, source."""
    rows: list[list[Value]] = []
    for use in book.portrait.diagnosis.provenance.figures:
        row: list[Value] = [use.key, book.texts.figures[use.key].title, Num(use.value), use.unit]
        rows.append([*row, french_date(use.since), STATUSES[use.status], use.source])
    return Sheet("Valeurs de référence", FIGURE_COLUMNS, rows)
