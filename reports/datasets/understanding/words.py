"""The words that stand in a cell for nothing, for an error, and for a sum."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from reports.datasets.understanding.affixes import Affix, kind_of
from reports.datasets.understanding.cell_text import SEPARATOR
from reports.datasets.word_sets import words_in

_NOTHING = words_in(
    "- -- --- . .. ... … : nan na n/a n.a. n.a #n/a #na n/a. null (null) [null] <null> none nil \\n <na> nat empty "
    "(empty) (blank) blank missing (missing) not_available n/k n.k. unknown? k.a. k.a kA n.v. n.v n/v n.b. n.b "
    "o.a. o.a entfällt s.o. s.o n.d. n.d n/d nd n.c. n.c nc n.r. n.r n/r s/o s/d s/n n.v.t. n.v.t nvt n.n.b. b.d. "
    "b.d brak saknas puuttuu н/д н.д. нет なし 無 无 暂无 없음"
) | {
    *(
        "k. a.",
        "n. a.",
        "n. v.",
        "n. d.",
        "not available",
        "not applicable",
        "no data",
        "keine angabe",
        "keine angaben",
    ),
    *("nicht verfügbar", "keine daten", "sans objet", "non disponible", "sin datos", "no disponible", "no aplica"),
    *("non disponibile", "não disponível", "geen data", "brak danych", "нет данных", "データなし"),
}
# What Eurostat writes for values that are missing, with a flag: confidential, not applicable and so on.
_NOTHING |= {f":{gap}{flag}" for gap in ("", " ") for flag in "bcdefmnpsuz"}
# What Stata writes for values that are missing, by their reason.
_NOTHING |= {f".{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"}
_LONGEST_NOTHING = 20
_ERRORS = words_in("#DIV/0! #VALUE! #REF! #NAME? #NUM! #NULL! #SPILL! #CALC! #GETTING_DATA #WERT! #BEZUG! #ZAHL!")

_SUM = (
    "grand total|total general|total général|total generale|totale generale|total geral|totale complessivo|"
    "total|totals|totale|totali|totales|totaux|totais|totaal|eindtotaal|sum|sums|summe|summen|gesamt|gesamtsumme|"
    "gesamtergebnis|gesamtbetrag|insgesamt|endsumme|ergebnis|total ht|total ttc|somme|suma|suma total|somma|soma|"
    "razem|ogółem|łącznie|celkem|spolu|összesen|итого|всего|toplam|genel toplam|yhteensä|totalt|i alt|"
    'σύνολο|الإجمالي|المجموع|סה״כ|סה"כ|合計|総計|总计|合计|總計|합계|총계|tổng|tổng cộng|jumlah|σ|∑|'
    "summa|summa summarum|overall result|ukupno|sveukupno|skupaj|samtals|kokku|kopā|iš viso|разом|усього|общо|укупно|"
    "รวม|รวมทั้งสิ้น|कुल|योग|कुल योग|مجموع|جمع کل|סך הכל"
)
_PART = (
    "sub-?total|sub total|subtotals|zwischensumme|zwischenergebnis|teilsumme|sous-?total|sous total|subtotale|"
    "sub-?totaal|tussentotaal|suma parcial|suma częściowa|delsumma|välisumma|částečný součet|részösszeg|"
    "промежуточный итог|ara toplam|小計|小计|소계"
)
_CLOSING = "closing|endstand|schlussbestand|clôture|cierre"
# Never an amount: what is left after the others.
_BALANCES = re.compile(
    r"(?:(?:closing|ending|final) (?:balance|cash|stock|inventory|position)|cash at end|"
    r"endsaldo|schlusssaldo|neuer saldo|endbestand|nouveau solde|solde final|"
    r"saldo final|saldo finale|saldo końcowe|eindsaldo|期末残高|期末余额|"
    rf"{_CLOSING})"
    r"(?:[ :](?:as of|on|at|per|am|zum)?[ 0-9/.-]{1,16})?:?",
    re.IGNORECASE,
)
_AVERAGES = re.compile(
    r"(?:average|avg|mean|mittelwert|durchschnitt|ø|moyenne|promedio|media|gemiddelde|średnia|平均)[ :.]*+",
    re.IGNORECASE,
)
_EXTREMES = re.compile(
    r"(?:min|max|minimum|maximum|lowest|highest|minimo|mínimo|massimo|máximo|最小|最大)[ :.]*+", re.IGNORECASE
)
# What a bill comes to, before and after tax; then all that stands below its lines.
_NETS = (
    "net|netto|nettobetrag|nettosumme|nettowert|gross|brutto|bruttobetrag|bruttosumme|zahlbetrag|rechnungsbetrag|endbetrag|"
    "amount due|balance due|amount payable|montant ht|montant ttc|net a payer|net à payer|base imponible|imponibile|"
    "importe neto|importe bruto|bruto|wartość netto|wartość brutto|税抜|税込|税抜金額|税込金額|不含税|含税"
)
_BILL = words_in(
    "net netto nettobetrag nettosumme subtotal vat tax taxes gst hst pst cgst sgst igst qst mwst ust umsatzsteuer "
    "mehrwertsteuer gross brutto bruttobetrag bruttosumme zahlbetrag rechnungsbetrag discount rabatt skonto shipping "
    "versand versandkosten fracht porto freight handling tva ht ttc remise port iva base imponible imponibile bruto "
    "descuento sconto spedizione envío btw moms alv dph áfa kdv ндс скидка 小計 消費税 税额 稅額 부가세 ضريبة מע״מ "
    "amount balance deposit paid rounding rundung due"
)
_STARS = re.compile(r"\*{1,4}")
_END = r"(?:[ :.]++(?:\([^()]{1,20}\)|(?-i:[A-Z]{3})|in [a-z€$]{1,4}))?[ :.]*+"
_SUMS = re.compile(rf"(?:{_SUM}){_END}", re.IGNORECASE)
_PARTS = re.compile(rf"(?:{_PART}){_END}", re.IGNORECASE)
_OF_A_PART = re.compile(
    rf"(?:(?:{_PART}|total|totale|totaal|summe|suma|somme|gesamt|итого|合計)[ :]++(?=[^ :]).{{1,80}}+"
    rf"|.{{1,80}}? (?:{_PART}|total|totale|totaal|summe|suma|gesamt|ergebnis|result|итого|合計)[:.]*+)",
    re.IGNORECASE | re.DOTALL,
)
_NET = re.compile(rf"(?:{_NETS})(?: (?:total|amount|sum|summe|betrag|price|value))?{_END}", re.IGNORECASE)
# How labels begin or end; a zero byte stands before and behind each text.
_BEGINNINGS = (
    "total|grand|sub|sum|gesamt|insgesamt|end|ergebnis|eindtotaal|somme|somma|soma|zwischen|teilsumme|sous|tussen|"
    "razem|ogółem|łącznie|celkem|spolu|összesen|részösszeg|částečný|итог|всего|промежуточный|toplam|genel|ara toplam|"
    "yhteensä|välisumma|delsumma|i alt|σύνολο|الإجمالي|المجموع|סה|合計|総計|总计|合计|總計|小計|小计|합계|총계|"
    "소계|tổng|jumlah|σ|∑|overall|ukupno|sveukupno|skupaj|samtals|kokku|kopā|iš viso|разом|усього|общо|укупно|"
    f"{_CLOSING}|{_NETS}|"
    "รวม|कुल|योग|مجموع|جمع|סך|closing|ending|final|schlusssaldo|neuer saldo|nouveau solde|solde final|saldo|eindsaldo|"
    r"期末|all|tous|tout|todos|todas|tutti|world|whole|welt|monde|mundo|mondo|wereld|świat|мир|全|世界|所有|average|avg|mean|mittelwert|durchschnitt|ø|moyenne|promedio|media|gemiddelde|średnia|平均|min|max|"
    r"lowest|highest|massimo|máximo|mín|最小|最大|\*"
)
_ENDS = (
    "total",
    "totale",
    "totaal",
    "summe",
    "suma",
    "sum",
    "gesamt",
    "ergebnis",
    "result",
    "итого",
    "合計",
    "小計",
    "合计",
    "小计",
)
_BEGIN = re.compile(rf"\0(?:{_BEGINNINGS})").finditer
_END_BACKWARDS = re.compile(rf"\0[:.]*+(?:{'|'.join(end[::-1] for end in _ENDS)})").finditer


def is_nothing(text: str) -> bool:
    """Tell whether a word stands for an empty cell."""
    return len(text) <= _LONGEST_NOTHING and (
        text.casefold() in _NOTHING or ("-" in text and kind_of(text.strip("- ")) is Affix.CURRENCY)
    )


def is_error(text: str) -> bool:
    """Tell whether a cell shows that a spreadsheet could not compute it."""
    return text[:1] == "#" and text in _ERRORS


def rows_that_may_name_a_sum(texts: Sequence[str]) -> list[int]:
    """Return which of many texts may be the label of a sum: a few too many, but quickly."""
    joined = f"\0{SEPARATOR.join(texts)}\0".lower()
    found = set(_rows_of(_BEGIN, joined))
    found.update(len(texts) - 1 - row for row in _rows_of(_END_BACKWARDS, joined[::-1]))
    return sorted(row for row in found if 0 <= row < len(texts))


def _rows_of(find: Callable[[str], Iterable[re.Match[str]]], joined: str) -> Iterator[int]:
    row, at = 0, 0
    for match in find(joined):
        row += joined.count(SEPARATOR, at, match.start())
        at = match.start()
        yield row


def names_the_sum(text: str) -> bool:
    """Tell whether a label says that its row sums up all others."""
    return len(text) <= 100 and _SUMS.fullmatch(text) is not None


def names_a_part(text: str) -> bool:
    """Tell whether a label says that its row sums up some others."""
    return len(text) <= 100 and _PARTS.fullmatch(text) is not None


def names_a_net(text: str) -> bool:
    """Tell whether a label may say what all rows come to before or after tax, such as ``Netto``."""
    return len(text) <= 100 and _NET.fullmatch(text) is not None


def speaks_of_a_bill(text: str) -> bool:
    """Tell whether a label is one of those below the lines of a bill, such as ``VAT 19%`` or ``Shipping``."""
    return len(text) <= 100 and not _BILL.isdisjoint(text.casefold().replace(".", "").replace(":", " ").split())


def names_the_balance(text: str) -> bool:
    """Tell whether a label says that its row has what is left after all others."""
    return len(text) <= 100 and _BALANCES.fullmatch(text) is not None


def closes_alone(text: str) -> bool:
    """Tell whether a label may say that its row has what is left, but may be a stage of something as well."""
    return text.strip(" :.").lower() in _CLOSING.split("|")


def names_an_average(text: str) -> bool:
    """Tell whether a label says that its row has the averages of others."""
    return len(text) <= 100 and _AVERAGES.fullmatch(text) is not None


def names_an_extreme(text: str) -> bool:
    """Tell whether a label says that its row has the least or the greatest of others."""
    return len(text) <= 100 and _EXTREMES.fullmatch(text) is not None


def are_stars(text: str) -> bool:
    """Tell whether a label is made of stars, with which SAP's lists mark sums."""
    return _STARS.fullmatch(text) is not None


def may_name_a_part(text: str) -> bool:
    """Tell whether a label such as ``Total North`` may say that its row sums up some others."""
    return len(text) <= 100 and _OF_A_PART.fullmatch(text) is not None
