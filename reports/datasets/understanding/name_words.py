"""List the words by which columns are named, in the languages that most files come in."""

from __future__ import annotations

from reports.datasets.word_sets import words_in

# Words are in lower case and without accents, as names are when they are looked up.
IDENTIFIER = words_in(
    "id ids uid pid oid code codes key keys zip zipcode postcode plz postleitzahl postal cap cep phone telephone "
    "telefon tel mobile mobil handy fax iban bic swift sku ean isbn issn upc gtin asin pin ref reference referenz "
    "account konto kontonr serial uuid guid fips cusip isin wkn vin imei mac ip oib nif cif dni siret siren naf "
    "nuts iso msa cbsa geoid geocode barcode matrikel matricule kennung kennzeichen aktenzeichen schluessel "
    "schlussel codigo codice kode kod compte cuenta conto rekening extension ext url link hash token batch lot "
    "charge partita lote invoice rechnung order bestellung auftrag ticket customer kunde client cliente klant "
    "vendor supplier lieferant artikel article item sequence seq employee emp member mitglied student respondent "
    "participant proband patient subject badge kostenstelle bib jersey trikot seat room table page shelf bin "
    "gate locker plot center centre kst kostentrager sachkonto gegenkonto buchungskreis bukr debitor kreditor ledger "
    "plant filiale branch store site station sensor device node machine terminal register district ward precinct tract "
    "route flight platform project projekt voucher cheque port po fy dow mandant abteilung beleg vertrag lieferschein "
    "pedido factura fornecedor cpf cnpj nip pesel ico blz routing acct naics sic cpt drg sn msisdn chassis "
    "license licence permit incident hauptbuch etage lane http"
)
IDENTIFIER_ENDS = ("nummer", "nr", "code", "leitzahl", "kennung", "numero", "schluessel")
NUMBER_WORD = words_in("number no nr num nummer numero # nbr numer cislo номер")
INDEX = words_in(
    "index idx row line lineno zeile ligne fila riga rij pos position rang rank ranking lfd lauf place platz"
)
PER = words_in("per pro je par por hourly")
PER_UNIT = words_in(
    "h hr hour std min s sec sek day tag month monat year jahr m m2 m3 ha km l ml dl kg g t stk stuck pc unit person "
    "capita w"
)
"""What stands behind the ``/`` of a rate, such as km/h."""
AVERAGE = words_in(
    "avg average averages mean median mittel mittelwert durchschnitt moyenne moyen media medio promedio "
    "gemiddelde gem min minimum max maximum minimo massimo maximo std stdev stddev sd quantile percentile bias "
    "residual residuals deviation norm normalized normalised quotient lowest highest "
    "reorder safety threshold meldebestand mindestbestand"
)
BALANCE = words_in(
    "balance balances saldo saldos salden solde soldes stand kontostand cumulative cumulated cum kumuliert "
    "kumulativ cumul cumule acumulado cumulato cumulatief running ytd mtd qtd itd bestand kassenstand restschuld "
    "outstanding carried opening closing remaining restbetrag vortrag anfangsbestand endbestand meter odometer "
    "zustatek egyenleg bakiye zostatok stanje likutis atlikums"
)
BALANCE_ENDS = ("saldo", "stand", "balance")
PERCENT = words_in(
    "percent percentage pct prozent procent porcentaje pourcentage pourcent percentuale percentagem porcentagem % "
    "‰ share anteil ratio quote quota margin marge utilization auslastung probability wahrscheinlichkeit pp bps "
    "prozentpunkte occupancy belegung ctr roi roas bounce completion efficiency effizienz accuracy uptime "
    "verfugbarkeit availability poll"
)
PERCENT_ENDS = ("anteil", "prozent")
RATING = words_in(
    "score scores rating ratings grade note noten punktzahl stars sterne level stufe priority prioritat quality "
    "severity class classe klasse clase category kategorie version release gear cylinders cyl rank bewertung "
    "likert nps csat gpa iq satisfaction zufriedenheit difficulty importance likelihood confidence elo handicap seed"
)
AGE = words_in(
    "age ages alter lebensalter edad eta leeftijd idade wiek tenure seniority experience berufserfahrung dienstjahre"
)
COORDINATE = words_in(
    "lat latitude lon lng long longitude breite breitengrad lange laengengrad langengrad latitud longitud x y z "
    "easting northing altitude elevation bearing heading azimuth"
)
MEASUREMENT = words_in(
    "temp temperature temperatur temperatura celsius fahrenheit kelvin humidity feuchte pressure druck pression "
    "presion length lange laenge longueur longitud lunghezza lengte comprimento width breite largeur ancho "
    "anchura larghezza breedte largura height hohe hoehe hauteur altura altezza hoogte depth tiefe profondeur "
    "profundidad diameter durchmesser radius thickness dicke speed geschwindigkeit vitesse velocidad velocity "
    "angle winkel voltage spannung current frequency frequenz density dichte ph mpg hp horsepower rpm bpm bmi "
    "elev elevation altitude displacement acceleration volt volts v watt watts kw hz khz mhz db rssi snr rh wavelength "
    "concentration "
    "konzentration intensity brightness size grosse groesse latency ms ping slope radiation wind windspeed gust "
    "visibility sepal petal drat wt qsec disp volatility zscore coefficient koeffizient faktor factor pulse puls "
    "heartrate systolic diastolic systolisch diastolisch spo2 glucose blutzucker cholesterol battery akku lux co2 pm10 "
    "pm25 noise dew taupunkt resistance widerstand torque drehmoment salinity turbidity conductivity oxygen viscosity "
    "log log2 log10 logfc log2fc ln fc coef beta stderr pvalue padj odds "
    "hardness moisture drehzahl cadence vibration strength setpoint threshold schwelle limit"
)
MEASUREMENT_ENDS = words_in(
    "temperatur druck feuchte feuchtigkeit geschwindigkeit spannung dichte hohe lange breite tiefe"
)
PERIOD = words_in(
    "month monat mois mes mese maand week woche semaine semana settimana quarter quartal trimestre kwartaal day "
    "tag jour dia giorno dag hour stunde heure hora ora uur period periode periodo weekday wochentag"
)
YEAR = words_in("year jahr annee ano anno jaar rok yr vintage jahrgang baujahr")
MOMENT = words_in(
    "date datum fecha data dato timestamp ts time zeit zeitstempel epoch unixtime unix datetime created updated "
    "modified erstellt geandert deadline expires expiry heure hora ora tijd czas mtime ctime"
)
SUM_WORDS = words_in("total totals sum summe gesamt somme totale totaal suma soma summa razem sumtotal celkem toplam")
AMOUNT = words_in(
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
    "flache flaeche area superficie surface "
    "oppervlakte acreage "
    "verbrauch consumption production produktion output eingang ausgang zugang abgang castka mnozstvi pocet osszeg "
    "mennyiseg valoare cantitate tutar miktar adet maara beloep jumlah kuantitas pay commission provision "
    "commissions premium premie deduction deductions abzug abzuge allowance emissions goals tore assists points "
    "punkte wins losses played attendees teilnehmer participants registrations anmeldungen responses leads "
    "conversions calls anrufe parcels pakete shipments returns retouren refunds rooms zimmer beds duration dauer "
    "duree duracion durata duur minutes minuten minuti minutos seconds sekunden days tage jours dias giorni dagen "
    "nachte arbeitszeit overtime uberstunden gp principal interest tilgung zinsen instalment repayment monto montos "
    "amt txnamt belop iznos износ стоимость debito debitos credito creditos abono abonos ingreso ingresos egreso "
    "egresos gasto gastos deposit deposits withdrawal withdrawals sueldo sueldos salaire salaires stipendio erlos "
    "erlose gmv lagerwert bytes people persons personen personnes personas persone leute"
)
AMOUNT_ENDS = tuple(
    words_in(
        "views visits clicks betrag summe menge anzahl umsatz kosten gebuhr gebuehr stuckzahl bedrag steuer stunden"
    )
)
QUANTITY = words_in(
    "qty quantity quantities menge mengen anzahl stuck stuckzahl stueck quantite cantidad quantita aantal quantidade "
    "ilosc antal count counts units einheiten unites unidades pieces pcs stk sold hours stunden visits visitors views "
    "clicks impressions downloads orders items lines sessions users seats tickets passengers nights days weight "
    "gewicht kg kwh mwh km miles distance volume volumen stock inventory mnozstvi pocet mennyiseg cantitate miktar "
    "adet goals tore assists points punkte wins losses played duration dauer duree duracion durata minutes minuten "
    "tage attendees teilnehmer bestand lager consumption verbrauch"
)
QUANTITY_ENDS = ("menge", "anzahl", "stuckzahl", "stunden")
OUTLINE = words_in(
    "version versions release revision rev build wbs outline gliederung gliederungsnummer chapter kapitel chapitre "
    "section abschnitt clause paragraph ziffer oz pos position"
)
RATE = words_in(
    "rate rates satz zinssatz steuersatz taux tasa tasso tarief taxa kurs kurse fx exchange zins yield rendite "
    "interest_rate cpm cpc cpa cpl cpi cpv ecpm arpu arppu aov "
    "growth wachstum change veranderung index_value conversion stundenlohn"
)
RATE_ENDS = ("satz", "rate", "quote", "kurs")
PRICE = words_in(
    "price prices preis preise prix precio precios prezzo prezzi prijs prijzen preco precos cena pris hinta ar_ "
    "cijena gia मूल्य unitprice msrp rrp tarif ep uvp fiyat pret egysegar vwap strike nav harga"
)
PRICE_ENDS = ("preis", "prijs", "prix", "price")
QUOTES = words_in("open close high low bid ask last settle adj")
"""Names of prices, if a name has no other words."""

EACH = words_in("unit each einzel einzelner unitaire unitario unitaria unitarios stuck stk ea")
MONEY = words_in(
    "cost costs amount amounts value wert fee betrag montant importe importo valor kosten cout coste costo custo "
    "brutto netto net gross sales revenue vk ek"
)
DAYS = words_in("days tage jours dias giorni dagen hours stunden minutes minuten")
LAG = words_in("overdue since late lead delay aging ageing outstanding verzug uberfallig retard response to between")
"""Words that say how long something takes or is late, beside days or hours."""

WEAK_AT_END = words_in("note noten current size grosse groesse long factor faktor class classe limit quote quota wt")
"""Words that end names of amounts too, such as credit note."""

DURATION = words_in(
    "duration dauer duree duracion durata duur hours stunden heures horas ore uren worked arbeitszeit pause pausen "
    "break breaks elapsed overtime uberstunden runtime spieldauer laufzeit fahrzeit reisezeit zeitaufwand spent "
    "minutes minuten czas downtime uptime length"
)
"""Words that say that 7:30 is seven hours and a half."""
OF_TWO_SIDES = words_in(
    "tore goals goal score scores result results ergebnis resultat resultado risultato uitslag buts goles gol gols "
    "reti bramki sets satze ratio verhaltnis spielstand wynik"
)
"""Words that say that 38:12 is no duration: goals for and against."""
DURATION_ENDS = ("dauer", "stunden", "arbeitszeit")

BEGIN_OR_END = words_in(
    "start starts end ends begin begins beginn ende von bis from until arrival departure ankunft abfahrt kommen gehen "
    "debut fin inicio inizio opens closes in out uhrzeit clock"
)
CLOCK = words_in("time times zeit hora heure ora tijd godzina")
"""Words that say that 07:30 is half past seven, as those before do."""

DAY = words_in(
    "ordered shipped delivered paid due booked opened closed birthday born dob geburtstag fallig valuta wertstellung "
    "buchungstag issued received sent giorno dia dzien dag jour arrival departure ankunft abfahrt anreise abreise"
)
DAY_ENDS = ("datum", "tag", "date", "termin", "dato", "日")

# Where words are not set apart, or have many endings: role's name and parts. The first that is in a name counts.
PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("AVERAGE", ("平均", "최대", "최소", "средн", "最大", "最小")),
    ("BALANCE", ("υπόλοιπο", "คงเหลือ", "số dư", "शेष", "баланс", "залишок", "موجودی")),
    ("BALANCE", ("残高", "余额", "餘額", "結餘", "잔액", "остаток", "сальдо", "累計", "累计", "الرصيد", "יתרה")),
    ("PRICE", ("単価", "单价", "單價", "価格", "价格", "價格", "단가", "가격", "цен", "ціна", "سعر", "ثمن", "מחיר")),
    ("PRICE", ("ราคา", "τιμή", "कीमत", "đơn giá")),
    ("RATE", ("税率", "利率", "汇率", "匯率", "為替", "환율", "ставка", "курс")),
    ("PERCENT", ("比率", "割合", "百分比", "비율", "процент", "доля")),
    ("IDENTIFIER", ("番号", "编号", "編號", "号码", "電話", "电话", "コード", "代码", "郵便", "邮编", "번호")),
    ("IDENTIFIER", ("код", "номер", "型番", "رقم", "מספר")),
    ("RATING", ("評価", "评分", "評分", "평점", "оценка")),
    ("AGE", ("年齢", "年龄", "年齡", "나이", "возраст")),
    ("MEASUREMENT", ("気温", "温度", "溫度", "湿度", "온도", "습도", "температура", "давление", "влажность")),
    ("AMOUNT", ("金額", "金额", "合計", "合计", "数量", "數量", "売上", "销售", "収入", "支出")),
    ("AMOUNT", ("금액", "수량", "합계", "매출", "المبلغ", "الكمية", "סכום", "כמות", "ยอด", "จำนวน")),
    ("AMOUNT", ("сумма", "количество", "итого", "выручка", "сума", "кількість", "ποσό", "राशि", "मात्रा")),
    ("AMOUNT", ("số tiền", "số lượng")),
    ("YEAR", ("年度", "год")),
    ("MOMENT", ("日付", "日時", "日期", "时间", "時間", "時刻", "날짜", "시간", "дата", "время")),
)  # fmt: skip
