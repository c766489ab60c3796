"""List the names of months and days of the week, as Unicode's CLDR has them, in the languages of most files."""

from __future__ import annotations

import re

from reports.datasets.word_sets import words_in

# In lower case and without points at their ends: those of CLDR in English, German, French, Spanish, Italian, Dutch,
# Polish, Portuguese, Russian, Ukrainian, Czech, Swedish, Danish, Norwegian, Finnish, Turkish, Hungarian, Romanian,
# Greek, Arabic and Hebrew, and a few that spreadsheets write.
_MONTHS = (
    "january jan januar janvier janv enero ene gennaio gen januari stycznia sty styczeń janeiro января янв январь "
    "січня січ січень ledna led leden tammikuuta tammi tammikuu ocak oca január ianuarie ian ιανουαρίου ιαν "
    "ιανουάριος يناير ינואר ינו jänner jän",
    "february feb februar février févr febrero febbraio februari lutego lut luty fevereiro fev февраля февр февраль "
    "лютого лют лютий února úno únor helmikuuta helmi helmikuu şubat şub február febr februarie φεβρουαρίου φεβ "
    "φεβρουάριος فبراير פברואר פבר",
    "march maret mar märz mär mars marzo maart mrt marca marzec março марта мар март березня бер березень března bře "
    "březen marts maaliskuuta maalis maaliskuu mart március márc martie μαρτίου μαρ μάρτιος μάρ مارس מרץ mrz maerz",
    "april apr avril avr abril abr aprile kwietnia kwi kwiecień апреля апр апрель квітня квіт квітень dubna dub "
    "duben huhtikuuta huhti huhtikuu nisan nis április ápr aprilie απριλίου απρ απρίλιος أبريل אפריל אפר",
    "may mai mayo maggio mag mei maja maj maio мая май травня трав травень května kvě květen toukokuuta touko "
    "toukokuu mayıs május máj μαΐου μαΐ μάιος μάι مايو מאי",
    "june jun juni juin junio giugno giu czerwca cze czerwiec junho июня июн июнь червня черв червень června čvn "
    "červen kesäkuuta kesä kesäkuu haziran haz június jún iunie iun ιουνίου ιουν ιούνιος ιούν يونيو יוני",
    "july julai jul juli juillet juil julio luglio lug lipca lip lipiec julho июля июл июль липня лип липень července "
    "čvc červenec heinäkuuta heinä heinäkuu temmuz tem július júl iulie iul ιουλίου ιουλ ιούλιος ιούλ يوليو יולי",
    "august agustus agu agt ogos aug août agosto ago augustus sierpnia sie sierpień августа авг август серпня серп "
    "серпень srpna srp srpen augusti elokuuta elo elokuu ağustos ağu augusztus αυγούστου αυγ αύγουστος αύγ "
    "أغسطس אוגוסט אוג",
    "september sep sept septembre septiembre settembre set września wrz wrzesień setembro сентября сент сентябрь "
    "вересня вер вересень září zář syyskuuta syys syyskuu eylül eyl szeptember szept septembrie σεπτεμβρίου σεπ "
    "σεπτέμβριος سبتمبر ספטמבר ספט",
    "october oct oktober okt octobre octubre ottobre ott października paź październik outubro out октября окт "
    "октябрь жовтня жовт жовтень října říj říjen lokakuuta loka lokakuu ekim eki október octombrie οκτωβρίου οκτ "
    "οκτώβριος أكتوبر אוקטובר אוק",
    "november nov novembre noviembre listopada lis listopad novembro ноября нояб ноябрь листопада лист листопад "
    "listopadu marraskuuta marras marraskuu kasım kas noiembrie νοεμβρίου νοε νοέμβριος νοέ نوفمبر נובמבר נוב",
    "december disember dec dezember dez décembre déc diciembre dic dicembre grudnia gru grudzień dezembro декабря дек "
    "декабрь грудня груд грудень prosince pro prosinec desember des joulukuuta joulu joulukuu aralık ara decembrie "
    "δεκεμβρίου δεκ δεκέμβριος ديسمبر דצמבר דצמ",
)
_WEEKDAYS = (
    "monday mon montag mo lundi lun lunes lunedì maandag ma poniedziałek pon seg понедельник пн понеділок pondělí "
    "po måndag mån mandag man maanantaina maanantai pazartesi pzt hétfő h luni δευτέρα δευ الاثنين tuesday tue "
    "dienstag di mardi mar martes martedì dinsdag wtorek wt ter вторник вт вівторок úterý út tisdag tis tirsdag "
    "tirs tir tiistaina ti tiistai salı sal kedd k marți τρίτη τρί الثلاثاء wednesday wed mittwoch mi mercredi mer "
    "miércoles mié mercoledì woensdag wo środa śr qua среда ср середа středa st onsdag ons keskiviikkona ke "
    "keskiviikko çarşamba çar szerda sze miercuri mie τετάρτη τετ الأربعاء thursday thu donnerstag do jeudi jeu "
    "jueves jue giovedì gio donderdag czwartek czw qui четверг чт четвер čtvrtek čt torsdag tors tor torstaina to "
    "torstai perşembe per csütörtök cs joi πέμπτη πέμ الخميس friday fri freitag fr vendredi ven viernes vie venerdì "
    "vrijdag vr piątek pt sex пятница пт пʼятниця pátek pá fredag fre perjantaina pe perjantai cuma cum péntek p "
    "vineri vin παρασκευή παρ الجمعة saturday sat samstag sa samedi sam sábado sáb sabato sab zaterdag za sobota "
    "sob суббота сб субота so lördag lör lørdag lør lauantaina la lauantai cumartesi cmt szombat szo sâmbătă sâm "
    "σάββατο σάβ السبت שבת sunday sun sonntag dimanche dim domingo dom domenica zondag zo niedziela niedz "
    "воскресенье вс неділя нд neděle ne söndag sön søndag søn sunnuntai su pazar paz vasárnap v duminică dum "
    "κυριακή κυρ الأحد"
)

# Names cut short that have more than three letters, and whole ones that have not.
_SHORT = {
    *("janv", "febr", "févr", "marts", "sept", "juil", "нояб", "сент", "февр", "груд", "лист", "серп", "черв", "квіт"),
}
_WHOLE = words_in("may mai maj máj mei май maí ocak mart")
_LONGEST_SHORT = 3

_WORDS = re.compile(r"[^\W_]+")
_PERIOD = re.compile(
    r"(?:19|20)[0-9]{2}|[0-9]{1,2}|(?:q|t|h|kw|w|fy|wk|week|woche|month|monat)[0-9]{1,4}|[0-9]{1,4}[年月]"
)
_LONGEST_PERIOD = 24

# Thai names have signs that are no letters, and points within. Years beside them are Buddhist ones.
_THAI = (
    "มกราคม ม.ค|กุมภาพันธ์ ก.พ|มีนาคม มี.ค|เมษายน เม.ย|พฤษภาคม พ.ค|มิถุนายน มิ.ย|กรกฎาคม ก.ค|สิงหาคม ส.ค|กันยายน ก.ย|"
    "ตุลาคม ต.ค|พฤศจิกายน พ.ย|ธันวาคม ธ.ค"
)
THAI_MONTHS = {name: number for number, names in enumerate(_THAI.split("|"), 1) for name in names.split()}

MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()} | THAI_MONTHS
WEEKDAYS = frozenset(_WEEKDAYS.split())


def month_of(word: str) -> int | None:
    """Return the number of the month that a word names."""
    return MONTH_OF.get(word.lower().rstrip("."))


def shortens_a_month(word: str) -> bool:
    """Tell whether a word is a month's name cut short, as Sep and Sept. are; May is whole."""
    bare = word.lower().rstrip(".")
    return word.endswith(".") or bare in _SHORT or (len(bare) <= _LONGEST_SHORT and bare not in _WHOLE)


def names_a_weekday(word: str) -> bool:
    """Tell whether a word names a day of the week."""
    return word.lower().rstrip(".,") in WEEKDAYS


def names_a_period(key: str) -> bool:
    """Tell whether a column is named by a month, a quarter, a week, a day of the week, or a year."""
    words = _WORDS.findall(key.lower()) if len(key) <= _LONGEST_PERIOD else []
    return (
        bool(words) and all(map(_is_of_a_period, words)) and not all(len(word) < 3 and word.isdigit() for word in words)
    )


def _is_of_a_period(word: str) -> bool:
    return word in MONTH_OF or word in WEEKDAYS or _PERIOD.fullmatch(word) is not None
