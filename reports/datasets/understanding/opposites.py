"""Define words that set amounts against each other: debit and credit, income and expense, assets and liabilities."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from reports.datasets.understanding.naming import words_of
from reports.datasets.word_sets import phrases_in, words_in

_PAIRS = (
    "s h|soll haben|d c|dr cr|db cr|d k|debit credit|debet kredit|debet credit|debito credito|debe haber|cargo abono|"
    "dare avere|addebito accredito|wn ma|af bij|+ -|lastschrift gutschrift|belastung gutschrift|ausgang eingang|"
    "ausgabe einnahme|ausgaben einnahmen|aufwand ertrag|expense income|expenses income|expense revenue|"
    "expenses revenue|cost revenue|costs revenue|spending income|out in|outgoing incoming|outflow inflow|"
    "withdrawal deposit|payment receipt|payments receipts|money_out money_in|debited credited|sell buy|"
    "sale purchase|sales purchases|verkauf kauf|vente achat|venta compra|vendita acquisto|verkoop aankoop|"
    "depense recette|depenses recettes|gasto ingreso|gastos ingresos|egreso ingreso|spesa entrata|uscita entrata|"
    "uscite entrate|uitgave inkomst|uitgaven inkomsten|wydatek przychod|wydatki przychody|despesa receita|"
    "saida entrada|charge payment|refund sale|refund charge|refund payment|refund purchase|return sale|"
    "invoice credit_note|invoice credit_memo|rechnung gutschrift|facture avoir|fattura nota_di_credito|"
    "erstattung zahlung|asset liability|assets liabilities|aktiva passiva|actif passif|activo pasivo|gain loss|"
    "si pi|si sc|pi pc|"
    "支出 収入|支出 收入|出金 入金|出庫 入庫|借 貸|借 贷|借方 貸方|借方 贷方|출금 입금|지출 수입|차변 대변|"
    "расход приход|расход доход|расходы доходы|дебет кредит|списание зачисление|مدين دائن|gider gelir|borc alacak"
)
_OPPOSITES = tuple(tuple(pair.split()) for pair in _PAIRS.split("|"))
_LONGEST_ABBREVIATION = 2


def opposites_in(values: Iterable[str]) -> tuple[str, str] | None:
    """Return two values of a column that set their rows against each other. Abbreviations have to be all its values."""
    known = {_bare(value): value for value in sorted(values)}
    for one, other in _OPPOSITES:
        are_words = max(len(one), len(other)) > _LONGEST_ABBREVIATION
        if one in known and other in known and (are_words or len(known) == 2):
            return known[one], known[other]
    return None


def _bare(value: str) -> str:
    spread = unicodedata.normalize("NFKD", value.strip().casefold())
    return "_".join("".join(sign for sign in spread if not unicodedata.combining(sign)).split()).rstrip(".")


def are_signed(ones: Sequence[Any], others: Sequence[Any]) -> bool:
    """Tell whether the numbers of two sides have different signs, or one side has no numbers."""
    signs = [{_sign(cell) for cell in cells} - {0} for cells in (ones, others)]
    return not all(signs) or (len(signs[0]) == len(signs[1]) == 1 and signs[0] != signs[1])


def _sign(cell: Any) -> int:
    try:
        number = Decimal(str(cell)) if cell not in (None, "") and not isinstance(cell, bool) else Decimal(0)
    except ArithmeticError:
        return 0
    return 0 if not number else 1 if number > 0 else -1


# Labels of statements, as words without accents.
_INCOME = phrases_in(
    "revenue|revenues|sales|net sales|gross sales|sales revenue|turnover|income|other income|operating revenue|"
    "interest income|service revenue|einnahmen|umsatz|umsatze|umsatzerlose|erlose|ertrage|"
    "sonstige betriebliche ertrage|zinsertrage|chiffre d affaires|produits|recettes|produits d exploitation|"
    "ingresos|ventas|ricavi|entrate|omzet|"
    "opbrengsten|inkomsten|przychody|receitas|receita|vendas|gelirler|売上高|売上|収益|収入|收入|营业收入|매출|매출액|"
    "выручка|доходы|income from operations|subscription revenue|product sales|service income|salary|"
    "paycheck|gehalt"
)
_EXPENSE = phrases_in(
    "cost of sales|cost of goods sold|cogs|cost of goods sold cogs|cost of revenue|expenses|expense|operating expenses|"
    "operating costs|opex|costs|salaries|salaries and wages|wages|rent|taxes|tax|income tax|income taxes|"
    "interest expense|depreciation|amortization|depreciation and amortization|materialaufwand|"
    "personalaufwand|abschreibungen|aufwendungen|sonstige betriebliche aufwendungen|kosten|ausgaben|steuern|"
    "lohnsteuer|kirchensteuer|solidaritatszuschlag|sozialversicherung|social security|einkommensteuer|"
    "personalkosten|materialkosten|miete|charges|depenses|achats|charges d exploitation|gastos|costes|costos|"
    "gastos operativos|costi|spese|uscite|uitgaven|koszty|wydatki|despesas|custos|giderler|売上原価|費用|支出|"
    "販売費及び一般管理費|成本|费用|营业成本|매출원가|비용|판매관리비|расходы|себестоимость|затраты"
)
_RESULT = phrases_in(
    "gross profit|gross margin|net income|net profit|net loss|net income loss|profit|profit loss|profit before tax|"
    "profit after tax|operating profit|operating income|operating loss|ebit|ebitda|ebt|earnings before tax|"
    "income before tax|surplus|deficit|rohertrag|rohgewinn|rohergebnis|betriebsergebnis|jahresuberschuss|"
    "jahresfehlbetrag|ergebnis vor steuern|ergebnis nach steuern|gewinn|verlust|deckungsbeitrag|uberschuss|"
    "resultat net|resultat d exploitation|marge brute|benefice|benefice net|beneficio|beneficio neto|resultado|"
    "resultado neto|utilidad neta|utile|utile netto|risultato|utile operativo|winst|resultaat|nettowinst|brutowinst|"
    "zysk|zysk netto|zysk brutto|lucro|lucro liquido|lucro bruto|net kar|売上総利益|営業利益|経常利益|当期純利益|利益|"
    "净利润|利润|毛利|营业利润|영업이익|순이익|당기순이익|매출총이익|прибыль|чистая прибыль|валовая прибыль|"
    "net pay|take home pay|nettolohn|nettogehalt|nettobezug|auszahlungsbetrag|net a payer|neto a percibir|"
    "netto da pagare|salario liquido|差引支給額|"
    "net cash flow|free cash flow|cash flow|net change in cash|balance|saldo|difference"
)
_ASSETS = phrases_in(
    "assets|current assets|fixed assets|non current assets|accounts receivable|receivables|cash and cash equivalents|"
    "aktiva|anlagevermogen|umlaufvermogen|forderungen|actif|actifs|actif circulant|actif immobilise|activo|activos|"
    "activo corriente|attivo|attivita|activa|aktywa|ativo|ativo circulante|資産|流動資産|固定資産|资产|流动资产|자산|"
    "유동자산|активы"
)
_LIABILITIES = phrases_in(
    "liabilities|current liabilities|long term liabilities|non current liabilities|accounts payable|payables|equity|"
    "shareholders equity|owners equity|owner s equity|stockholders equity|retained earnings|liabilities and equity|"
    "passiva|eigenkapital|fremdkapital|verbindlichkeiten|ruckstellungen|passif|capitaux propres|dettes|pasivo|"
    "patrimonio neto|patrimonio|pasivo corriente|passivo|passivita|patrimonio netto|pasywa|patrimonio liquido|負債|"
    "純資産|流動負債|负债|所有者权益|부채|자본|пассивы|обязательства|капитал"
)
_BEFORE = words_in("total summe gesamt totale sum suma razem net gross")


def statement_in(labels: Sequence[Any]) -> Mapping[int, int]:
    """Return the rows of a statement of income or a balance sheet: 1 for one side, -1 for the other, 0 for results.

    Nothing if the labels are of no statement.
    """
    found: dict[int, int] = {}
    sides: set[frozenset[str]] = set()
    for row, label in enumerate(labels):
        text = _phrase(label) if isinstance(label, str) and len(label) <= 80 else ""
        for names, side in ((_INCOME, 1), (_EXPENSE, -1), (_RESULT, 0), (_ASSETS, 1), (_LIABILITIES, -1)):
            if text in names or (text.partition(" ")[0] in _BEFORE and text.partition(" ")[2] in names):
                found[row] = side
                sides.add(names)
                break
    is_income = _INCOME in sides and (_EXPENSE in sides or _RESULT in sides)
    is_statement = is_income or {_EXPENSE, _RESULT} <= sides or {_ASSETS, _LIABILITIES} <= sides
    return found if is_statement else {}


def _phrase(label: str) -> str:
    words = words_of(label.partition("(")[0])
    while len(words) > 1 and (words[0].isdigit() or len(words[0]) == 1):
        words = words[1:]
    return " ".join(words)
