"""The signs, codes and units that people write around a number."""

from __future__ import annotations

import unicodedata
from enum import Enum, auto

from reports.datasets.word_sets import words_in

_CODES = words_in(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CLF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ "
    "GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR "
    "LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK "
    "PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT "
    "TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL BTC ETH XAU XAG "
    "USDT"
)
_NAMED_SIGNS = words_in(
    "US$ A$ AU$ C$ CA$ CAN$ NZ$ HK$ S$ SG$ NT$ MX$ R$ RD$ J$ B$ Z$ G$ N$ U$ $U Rs Rs. RM Rp Rp. kr kr. Kr Kr. Kč "
    "kč Ft zł zl lei Lei leu лв лв. руб руб. р. грн ден дин дин. din. din KM kn Fr Fr. SFr SFr. fr. sFr. Bs Bs. "
    "B/. S/ S/. KSh Ksh TSh USh GH₵ Nu. MT DA DH Dh Dhs AED. LE E£ £E TL TL. Euro euro EURO Euros euros "
    "Dollar dollars USD$ 元 円 圓 원 人民币 د.إ ر.س د.ك ر.ع. ج.م د.م. ل.ل د.ت د.ا ر.ق د.ب د.ج تومان ریال"
)
# Currencies that are one letter, which behind a number means something else.
_PREFIXES = words_in("Q L K P R")
_WITHOUT_CENTS = words_in("¥ JPY 円 ₩ KRW 원 ₫ VND Rp Rp. IDR CLP PYG HUF Ft ISK UGX XAF XOF")
# Units whose amounts add up, and those whose sum means nothing.
_AMOUNT_UNITS = words_in(
    "kg g mg µg μg t lb lbs oz kt Mt cwt kilo kilos l L ml mL cl dl hl gal qt m³ m3 cm³ cm3 ccm cbm m² m2 qm "
    "cm² ha acres acre ac sqm km² km2 sqft ft² ft2 h hr hrs std Std Std. hours hour Stunden min mins minutes Min "
    "Min. Minuten s sec secs ms days day d Tage Tag jours heures horas ore giorni dagen uur kWh MWh GWh Wh TWh kJ "
    "MJ GJ J kcal cal kB KB MB GB TB PB KiB MiB GiB TiB B bytes Mbit Gbit Stk Stk. Stück St St. pcs pcs. pc pc. "
    "ea EA count unit units Einheiten szt szt. ks ks. pz pz. ud uds uds. pzas u st. stk stk. db pairs boxes box "
    "pallets pallet km mi miles pts Pkt pages 个 件 個 枚 本 台 人 명 개 шт шт. кг г т л ч м³ 時間 日 小时 天"
)
_OTHER_UNITS = words_in(
    "m cm mm nm µm μm in ft yd dm ″ ' \" ° °C °F ºC ºF °K K C F V kV mV A mA W kW MW GW VA kVA Hz kHz MHz GHz Pa "
    "µA μA uA nA µV μV nV mΩ MΩ µF μF nF pF mH µs μs ns nmol µmol "
    "hPa kPa MPa bar mbar psi atm mmHg N kN Nm Ω kΩ dB dBm dBA km/h kmh km/h. mph m/s kn kt/h rpm U/min bpm ppm "
    "ppb mol mmol M mM mg/l mg/L g/l mg/dl mg/dL mmol/l mmol/L µg/m³ kg/m³ g/m² kg/m² kg/h l/h l/100km L/100km "
    "count/min mpg mpg. Mbps Mbit/s Gbps MB/s px pt dpi yrs years year Jahre ans años anni jaar months Monate weeks "
    "Wochen lm lx cd ‰ bp bps x × kWh/m² €/kg €/h €/m² $/h $/kg"
)


def is_letter(prefix: str) -> bool:
    """Tell whether a currency is one letter, which before whole numbers rather is a part of a name."""
    return prefix in _PREFIXES


# What says on which side of an account an amount is.
_SIDES = words_in("CR Cr cr CR. Cr. DR Dr dr DR. Dr. DB S H")


class Affix(Enum):
    """The kinds of text that may stand beside a number."""

    NONE = auto()
    CURRENCY = auto()
    PERCENT = auto()
    AMOUNT_UNIT = auto()
    OTHER_UNIT = auto()
    SIDE = auto()


def has_no_cents(currency: str) -> bool:
    """Tell whether amounts of a currency are whole, so that ``¥1,160`` can be nothing but a thousand and more."""
    return currency in _WITHOUT_CENTS


def kind_of(affix: str, *, is_prefix: bool = False) -> Affix | None:
    """Tell what stands beside a number; None for what is no sign, code or unit."""
    if is_prefix and affix in _PREFIXES:
        return Affix.CURRENCY
    if not affix:
        return Affix.NONE
    if affix == "%":
        return Affix.PERCENT
    if affix in _CODES or affix in _NAMED_SIGNS or all(unicodedata.category(sign) == "Sc" for sign in affix):
        return Affix.CURRENCY
    if affix in _AMOUNT_UNITS:
        return Affix.AMOUNT_UNIT
    if affix in _SIDES:
        return Affix.SIDE
    return Affix.OTHER_UNIT if affix in _OTHER_UNITS else None


def names_currency_code(code: str) -> bool:
    """Tell whether three capital letters are a currency's code."""
    return code in _CODES
