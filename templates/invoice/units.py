"""Find the codes of units (UN/ECE Recommendation 20 and 21) by what they are usually called."""

from __future__ import annotations

_WORDS = {
    "C62": "1 unit units one einheit einheiten unité unités",
    "H87": "pc pcs piece pieces stk stück stck st pce pièce pièces pz pezzo pezzi pieza piezas stuk stuks szt",
    "HUR": "h hr hrs hour hours std stunde stunden heure heures ora ore hora horas uur godz",
    "MIN": "min minute minutes minuten",
    "DAY": "d day days tag tage jour jours giorno giorni día días dag dagen dzień dni",
    "WEE": "week weeks woche wochen semaine semaines",
    "MON": "month months monat monate mois mese mesi mes meses maand maanden",
    "ANN": "year years jahr jahre an ans anno anni año años jaar rok",
    "KGM": "kg kilogram kilograms kilogramm",
    "GRM": "g gram grams gramm",
    "TNE": "t tonne tonnes tonnen",
    "LTR": "l ltr litre litres liter litro litros",
    "MTR": "m metre metres meter meters mètre mètres",
    "CMT": "cm",
    "KMT": "km",
    "MTK": "m² m2 sqm qm",
    "MTQ": "m³ m3 cbm",
    "KWH": "kwh",
    "LS": "lump pauschal pauschale psch forfait flat",
    "P1": "% percent prozent",
    "SET": "set sets satz sätze",
    "PR": "pair pairs paar paare paire paires",
    "XBG": "bag bags beutel sack säcke",
    "XBX": "box boxes karton kartons schachtel boîte boîtes",
    "XBO": "bottle bottles flasche flaschen bouteille bouteilles",
    "XCS": "case cases kasten kästen caisse caisses",
    "XCR": "crate crates kiste kisten",
    "XPO": "pouch pouches",
    "XPK": "pack packs package packages paket pakete packung packungen pkg",
    "XPX": "pallet pallets palette paletten",
    "XRO": "roll rolls rolle rollen rouleau rouleaux",
    "XSY": "sleeve sleeves",
    "XTB": "tub tubs",
    "XTN": "tin tins dose dosen",
}
_CODES = {word: code for code, words in _WORDS.items() for word in words.split()}


def unit_code(code: str | None, word: str) -> str:
    """Return the code of a unit: the one that is given, or that of its word, or the word itself, which is none."""
    if code:
        return code
    return _CODES.get(word.strip().rstrip(".").casefold(), word) if word.strip() else "C62"
