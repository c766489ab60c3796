"""Tell by a column's name what its numbers are, in the languages that most files come in."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache


class Role(StrEnum):
    """What the numbers of a column are; each value says why such a column is not summed."""

    AMOUNT = ""
    UNKNOWN = "it does not look like an amount or a quantity"
    IDENTIFIER = "numbers that name things are not summed"
    NUMBER_WORD = "numbers that name things are not summed "
    INDEX = "row numbers are not summed"
    YEAR = "years are not summed"
    PERIOD = "periods are not summed"
    MOMENT = "times are not summed"
    BALANCE = "balances are not summed"
    RATE = "rates are not summed"
    PRICE = "prices are not summed"
    PERCENT = "percentages are not summed"
    AVERAGE = "averages and extremes are not summed"
    RATING = "ratings are not summed"
    AGE = "ages are not summed"
    COORDINATE = "coordinates are not summed"
    MEASUREMENT = "measurements are not summed"


_WORDS = re.compile(r"[A-Z]?[a-z]++|[A-Z]++(?![a-z])|[A-Z]|[0-9]++|#|%|‰|°|/|[^\W\d_a-zA-Z]++")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words are in lower case and without accents, as names are when they are looked up.
_IDENTIFIER = _set(
    "id ids uid pid oid code codes key keys zip zipcode postcode plz postleitzahl postal cap cep phone telephone "
    "telefon tel mobile mobil handy fax iban bic swift sku ean isbn issn upc gtin asin pin ref reference referenz "
    "account konto kontonr serial uuid guid fips cusip isin wkn vin imei mac ip oib nif cif dni siret siren naf "
    "nuts iso msa cbsa geoid geocode barcode matrikel matricule kennung kennzeichen aktenzeichen schluessel "
    "schlussel codigo codice kode kod compte cuenta conto rekening extension ext url link hash token batch lot "
    "charge partita lote invoice rechnung order bestellung auftrag ticket customer kunde client cliente klant "
    "vendor supplier lieferant artikel article item sequence seq"
)
_IDENTIFIER_ENDS = ("nummer", "nr", "code", "leitzahl", "kennung", "numero", "schluessel")
_NUMBER_WORD = _set("number no nr num nummer numero n # nbr numer cislo номер")
_INDEX = _set("index idx row line lineno zeile ligne fila riga rij pos position rang rank ranking lfd lauf place platz")
_PER = _set("per pro je par por")
_AVERAGE = _set(
    "avg average averages mean median mittel mittelwert durchschnitt moyenne moyen media medio promedio "
    "gemiddelde gem min minimum max maximum minimo massimo maximo std stdev stddev sd quantile percentile p50 p90 "
    "p95 p99 lowest highest"
)
_BALANCE = _set(
    "balance balances saldo saldos salden solde soldes stand kontostand cumulative cumulated cum kumuliert "
    "kumulativ cumul cumule acumulado cumulato cumulatief running ytd bestand kassenstand restschuld outstanding "
    "carried"
)
_BALANCE_ENDS = ("saldo", "stand", "balance")
_PERCENT = _set(
    "percent percentage pct prozent procent porcentaje pourcentage pourcent percentuale percentagem porcentagem % "
    "‰ share anteil ratio quote quota margin marge utilization auslastung probability wahrscheinlichkeit"
)
_RATING = _set(
    "score scores rating ratings grade note noten punktzahl stars sterne level stufe priority prioritat quality "
    "severity class classe klasse clase category kategorie version release gear cylinders cyl rank bewertung "
    "likert"
)
_AGE = _set("age ages alter lebensalter edad eta leeftijd idade wiek")
_COORDINATE = _set(
    "lat latitude lon lng long longitude breite breitengrad lange laengengrad langengrad latitud longitud x y z "
    "easting northing altitude elevation bearing heading azimuth"
)
_MEASUREMENT = _set(
    "temp temperature temperatur temperatura celsius fahrenheit kelvin humidity feuchte pressure druck pression "
    "presion length lange laenge longueur longitud lunghezza lengte comprimento width breite largeur ancho "
    "anchura larghezza breedte largura height hohe hoehe hauteur altura altezza hoogte depth tiefe profondeur "
    "profundidad diameter durchmesser radius thickness dicke speed geschwindigkeit vitesse velocidad velocity "
    "angle winkel voltage spannung current frequency frequenz density dichte ph mpg hp horsepower rpm bpm bmi "
    "displacement acceleration volt volts v watt watts kw hz khz mhz db rssi snr rh wavelength concentration "
    "konzentration intensity brightness size grosse groesse latency ms ping slope radiation wind windspeed gust "
    "visibility sepal petal drat wt qsec disp volatility zscore coefficient koeffizient faktor factor"
)
_PERIOD = _set(
    "month monat mois mes mese maand week woche semaine semana settimana quarter quartal trimestre kwartaal day "
    "tag jour dia giorno dag hour stunde heure hora ora uur period periode periodo weekday wochentag"
)
_YEAR = _set("year jahr annee ano anno jaar rok yr vintage jahrgang baujahr")
_MOMENT = _set(
    "date datum fecha data dato timestamp ts time zeit zeitstempel epoch unixtime unix datetime created updated "
    "modified erstellt geandert deadline expires expiry heure hora ora tijd czas mtime ctime"
)
_SUM_WORDS = _set("total totals sum summe gesamt somme totale totaal suma soma summa razem sumtotal")
_AMOUNT = _set(
    "amount amounts betrag betrage montant montants importe importes importo bedrag valor kwota belopp belob "
    "summa qty quantity quantities menge mengen anzahl stuck stuckzahl stueck quantite cantidad quantita aantal "
    "hoeveelheid quantidade ilosc antal kpl count counts units unit_s einheiten unites unidades unita eenheden "
    "pieces pcs stk sales sold revenue revenues umsatz umsatze turnover ventes ventas vendite verkoop omzet "
    "vendas faturamento cost costs kosten cout couts coste costes costo costi custo custos tax taxes mwst ust vat "
    "tva iva btw steuer net netto gross brutto fee fees gebuhr gebuhren frais paid bezahlt credit credits debit "
    "debits soll haben income einnahmen ausgaben expense expenses profit gewinn loss verlust benefice utile "
    "ganancia hours stunden heures horas ore uren visits visitors besucher visiteurs visitantes views clicks "
    "impressions downloads orders bestellungen population einwohner inhabitants habitants habitantes employees "
    "mitarbeiter deaths cases births rain rainfall precipitation niederschlag pluie lluvia snow kwh mwh kg tons "
    "tonnes tonnage distance km miles discount rabatt remise spend spent budget actual actuals ist plan target "
    "ziel payment payments zahlung zahlungen payout refund miete rent salary salaries gehalt gehalter lohn wage "
    "wages bonus shipping versand freight porto donation donations votes stimmen seats tickets passengers nights "
    "days_off items lines sessions users subscribers students stock inventory lager weight gewicht poids peso "
    "volume volumen chiffre ca earnings subtotal zwischensumme difference differenz variance_amount vorrat "
    "verbrauch consumption production produktion output eingang ausgang zugang abgang"
)
_AMOUNT_ENDS = tuple(_set("betrag summe menge anzahl umsatz kosten gebuhr gebuehr stuckzahl bedrag steuer stunden"))
_QUANTITY = _set(
    "qty quantity quantities menge mengen anzahl stuck stuckzahl stueck quantite cantidad quantita aantal quantidade "
    "ilosc antal count counts units einheiten unites unidades pieces pcs stk sold hours stunden visits visitors views "
    "clicks impressions downloads orders items lines sessions users seats tickets passengers nights days weight "
    "gewicht kg kwh mwh km miles distance volume volumen stock inventory"
)
_QUANTITY_ENDS = ("menge", "anzahl", "stuckzahl", "stunden")
_OUTLINE = _set(
    "version versions release revision rev build wbs outline gliederung gliederungsnummer chapter kapitel chapitre "
    "section abschnitt clause paragraph ziffer oz pos position"
)
_RATE = _set(
    "rate rates satz zinssatz steuersatz taux tasa tasso tarief taxa kurs kurse fx exchange zins yield rendite "
    "interest_rate growth wachstum change veranderung index_value conversion"
)
_RATE_ENDS = ("satz", "rate", "quote", "kurs")
_PRICE = _set(
    "price prices preis preise prix precio precios prezzo prezzi prijs prijzen preco precos cena pris hinta ar_ "
    "unitprice msrp rrp tarif open close high low bid ask"
)
_PRICE_ENDS = ("preis", "prijs", "prix", "price")

# Where words are not set apart, or have many endings. The first that is in a name counts.
_PARTS_OF_NAMES: tuple[tuple[Role, tuple[str, ...]], ...] = (
    (Role.AVERAGE, ("平均", "최대", "최소", "средн", "最大", "最小")),
    (Role.BALANCE, ("残高", "余额", "餘額", "結餘", "잔액", "остаток", "сальдо", "累計", "累计")),
    (Role.PRICE, ("単価", "单价", "單價", "価格", "价格", "價格", "단가", "가격", "цен", "سعر", "ثمن", "מחיר")),
    (Role.RATE, ("税率", "利率", "汇率", "匯率", "為替", "환율", "ставка", "курс")),
    (Role.PERCENT, ("比率", "割合", "百分比", "비율", "процент", "доля")),
    (Role.IDENTIFIER, ("番号", "编号", "編號", "号码", "電話", "电话", "コード", "代码", "郵便", "邮编", "번호")),
    (Role.IDENTIFIER, ("код", "номер", "型番", "رقم", "מספר")),
    (Role.AMOUNT, ("金額", "金额", "合計", "合计", "数量", "數量", "売上", "销售", "収入", "支出")),
    (Role.AMOUNT, ("금액", "수량", "합계")),
    (Role.AMOUNT, ("сумма", "количество", "итого", "выручка")),
    (Role.YEAR, ("年度", "год")),
    (Role.MOMENT, ("日付", "日時", "日期", "时间", "時間", "時刻", "날짜", "시간", "дата", "время")),
)  # fmt: skip
_LONGEST_NAME = 200
_NONE: frozenset[str] = frozenset()


def counts_things(key: str) -> bool:
    """Tell by its name whether a column counts or measures things, rather than money."""
    words = set(words_of(key[:_LONGEST_NAME]))
    return not words.isdisjoint(_QUANTITY) or any(word.endswith(_QUANTITY_ENDS) for word in words)


def names_a_part_of(key: str) -> bool:
    """Tell by its name whether numbers such as 1.10 are versions or places in an outline, which are no decimals."""
    words = words_of(key[:_LONGEST_NAME])
    return bool(words) and (words[-1] in _OUTLINE or words[-1] in _NUMBER_WORD)


def role_of(key: str) -> Role:
    """Tell by its name what a column holds."""
    return _role_of(key[:_LONGEST_NAME])


@lru_cache(maxsize=1024)
def _role_of(key: str) -> Role:
    for role, parts in _PARTS_OF_NAMES:
        if any(part in key.casefold() for part in parts):
            return role
    words = words_of(key)
    if not words:
        return Role.UNKNOWN
    found = set(words)
    last = words[-1]
    if last in _NUMBER_WORD or (len(words) > 1 and words[0] in _NUMBER_WORD):
        counts = words[0] in _NUMBER_WORD and len(words) > 2 and words[1] in {"of", "de", "di", "von"}
        return Role.AMOUNT if counts else Role.NUMBER_WORD if len(words) == 1 else Role.IDENTIFIER
    if last in _IDENTIFIER or last.endswith(_IDENTIFIER_ENDS):
        return Role.IDENTIFIER
    for role, names, ends in _ORDER:
        if found & names or (ends and any(word.endswith(ends) for word in words)):
            return role
    return Role.UNKNOWN


_ORDER: tuple[tuple[Role, frozenset[str], tuple[str, ...]], ...] = (
    (Role.RATE, _PER, ()),
    (Role.AVERAGE, _AVERAGE, ()),
    (Role.BALANCE, _BALANCE, _BALANCE_ENDS),
    (Role.AMOUNT, _SUM_WORDS, ()),
    (Role.PERCENT, _PERCENT, ()),
    (Role.RATE, _RATE, ()),
    (Role.PRICE, _PRICE, ()),
    (Role.AMOUNT, _AMOUNT, _AMOUNT_ENDS),
    (Role.RATE, _NONE, _RATE_ENDS),
    (Role.PRICE, _NONE, _PRICE_ENDS),
    (Role.INDEX, _INDEX, ()),
    (Role.RATING, _RATING, ()),
    (Role.AGE, _AGE, ()),
    (Role.COORDINATE, _COORDINATE, ()),
    (Role.MEASUREMENT, _MEASUREMENT, ()),
    (Role.YEAR, _YEAR, ()),
    (Role.MOMENT, _MOMENT, ()),
    (Role.PERIOD, _PERIOD, ()),
)


def words_of(key: str) -> list[str]:
    """Split a name into its words, in lower case and without accents: ``unitPrice`` has ``unit`` and ``price``."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", key.replace("ß", "ss")) if not unicodedata.combining(sign)
    )
    return [word.casefold() for word in _WORDS.findall(bare)]
