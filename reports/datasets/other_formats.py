"""Recognise by its first bytes what holds no table that can be read, and say what to export instead."""

from __future__ import annotations

import re

from reports.errors import UnsupportedFileError
from reports.picture_formats import PICTURE_NAMES

UNPACK = "Unpack it, and upload the files in it one by one; a text may also be compressed by gzip."

_AS_CSV_OR_XLSX = "Open it in the program that it is from, and save it as .xlsx or CSV."
_FROM_BANK = "Export the transactions from your bank or your accounting program as CSV instead."
_FROM_PARTNER = "Open it in the program that exchanges such messages, and export its data as CSV or .xlsx."
_AS_COPY = (
    "Choose the template invoice, which makes a copy of it, or export the invoices from your program as CSV or JSON."
)
_FROM_DATABASE = "Export the result of a query as CSV instead."

_BINARY = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an Office file of the kind before 2007 (.xls), or one with a password",
        "Open it in Excel or LibreOffice, and save it as .xlsx without a password.",
    ),
    (b"\t\x08\x10\x00\x00\x06\x05\x00", "an Excel file of before 1997 (.xls)", _AS_CSV_OR_XLSX),
    (b"%PDF-", "a PDF", "Export the table from the program that made it, as .xlsx or CSV."),
    (b"{\\rtf", "a text document (RTF)", _AS_CSV_OR_XLSX),
    (b"PAR1", "a Parquet file", "Convert it to CSV or JSON Lines."),
    (b"ARROW1", "an Arrow or Feather file", "Convert it to CSV or JSON Lines."),
    (b"Obj\x01", "an Avro file", "Convert it to CSV or JSON Lines."),
    (b"\x89HDF", "an HDF5 file", "Export the table as CSV."),
    (b"$FL2", "an SPSS file (.sav)", "Export the table as CSV or .xlsx."),
    (b"SQLite format 3\x00", "an SQLite database", "Export the table as CSV."),
    (b"\x00\x01\x00\x00Standard ", "an Access database", "Export the table as .xlsx or CSV."),
    (b"PGDMP", "a dump of a PostgreSQL database", _FROM_DATABASE),
    (b"BZh", "a file compressed by bzip2", UNPACK),
    (b"\xfd7zXZ\x00", "a file compressed by xz", UNPACK),
    (b"(\xb5/\xfd", "a file compressed by Zstandard", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "an archive (7z)", UNPACK),
    (b"Rar!\x1a\x07", "an archive (RAR)", UNPACK),
)

_STATEMENT = "a bank statement in the format"
_DUMP = r"(?:--|#|/\*)[^\n]*\b(?:MySQL|MariaDB|SQL|database) dump\b"
_INSERT = r"(?:INSERT\s+INTO|CREATE\s+(?:TABLE|DATABASE)|DROP\s+TABLE)\s"
_MESSAGE = (
    r"(?:\[[0-9]{1,4}|[0-9]{1,2})[./-][0-9]{1,2}[./-][0-9]{2,4},? [0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?"
    r"(?:[ \u202f]?[AaPp]\.?[Mm]\.?)?(?:\]| -) [^:,;\n]{1,40}: "
)
_REQUEST = r'[^\s"]{1,100} \S{1,100} [^\n\[]{1,100}\[[0-9]{2}/[A-Za-z]{3}/[0-9]{4}:[^\]\n]{8,20}\] "[^"\n]*" [0-9]{3} '
_TEXTS = (
    (r"^:20:[^\n]*\n(?:[^:\n][^\n]*\n)?:(?:21|25|28)[CP]?:", f"{_STATEMENT} MT940 or MT942", _FROM_BANK),
    (r"\A\{1:[A-Z][0-9]{2}[A-Z]{4}", "a SWIFT message", _FROM_BANK),
    (r"\A(?:OFXHEADER:|<OFX>|(?:<\?xml[^>]*>\s*)?<\?OFX)", f"{_STATEMENT} OFX", _FROM_BANK),
    (r"\A!(?:Type:|Account|Option:)", "a list of transactions in the format QIF", _FROM_BANK),
    (r"\A01,[^,\n]*,[^,\n]*,[0-9]{6},[^\n]*/\s*\n02,", f"{_STATEMENT} BAI2", _FROM_BANK),
    (r"\ABEGIN:VCARD", "a list of contacts in the format vCard", "Export the contacts as CSV instead."),
    (r"\ABEGIN:VCALENDAR", "a calendar in the format iCalendar", "Export the appointments as CSV instead."),
    (r"\A(?:UNA[^\w]{6}\s*UNB|UNB\+UNO|ISA([^\w\s])00\1)", "an EDI message (EDIFACT or X12)", _FROM_PARTNER),
    (r"\A(?:(?://[^\n]*+|/\*(?>(?:[^*]|\*(?!/))*)\*/)\s*)+[\[{]\s*[\[{\"]", "JSON with comments",
     "Remove the comments, which JSON has none of."),
    (rf"\A(?:\[?[0-9][^\n]*\n)?(?:{_MESSAGE}[^\n]*\n){{2}}", "a chat, as messengers export it",
     "Copy what is to be printed into a spreadsheet, and save that as .xlsx or CSV."),
    (rf"\A{_REQUEST}", "a log of a web server",
     "Let the server write JSON lines (nginx can, by log_format with escape=json), or open the log in a spreadsheet "
     "program with a space for the delimiter, and save it as .xlsx or CSV."),
    (r"\AID;P(?:WXL|S?CALC)", "a spreadsheet in the format SYLK", _AS_CSV_OR_XLSX),
    (r"\ATABLE\r?\n0,1\r?\n\"", "a spreadsheet in the format DIF", _AS_CSV_OR_XLSX),
    (rf"\A(?:{_DUMP}|{_INSERT})", "a dump of a database (SQL)", _FROM_DATABASE),
    (r"\A(?:version: 1\s+)?dn: \S", "a directory in the format LDIF", "Export it as CSV instead."),
    (r"\A(?:Return-Path: <|Received: from |MIME-Version: 1|Message-ID: <|Delivered-To: \S+@)", "an e-mail",
     "Upload what is attached to it."),
)  # fmt: skip
_SIGNS_OF_TEXTS = tuple(re.compile(sign, re.MULTILINE | re.IGNORECASE) for sign, _, _ in _TEXTS)
_START_OF_TEXT = 4096
_XML = (
    ("urn:schemas-microsoft-com:office:spreadsheet", "an Excel workbook as XML of 2003", _AS_CSV_OR_XLSX),
    ("xsd:camt.", f"{_STATEMENT} CAMT", _FROM_BANK),
    ("xsd:pain.", "an order for payments in the format ISO 20022 (pain)", _FROM_BANK),
    ("CrossIndustryInvoice", "an electronic invoice (XML)", _AS_COPY),
    ("schema:xsd:Invoice-2", "an electronic invoice (XML)", _AS_COPY),
    ("schema:xsd:CreditNote-2", "an electronic credit note (XML)", _AS_COPY),
    ("<kml", "a map in the format KML", "Export it as CSV or GeoJSON."),
    ("<svg", "a drawing (SVG)", f"Export it as a picture ({PICTURE_NAMES})."),
    ("<gpx", "a track in the format GPX", "Export it as CSV or GeoJSON."),
)
_WEB_PAGE = re.compile(r"<(?:!doctype html|html|head|body|table|meta|style)\b", re.IGNORECASE)


def refuse_other_format(start: bytes, text: str) -> None:
    """Raise UnsupportedFileError if the start of a file, also as a text, is that of a format that cannot be read."""
    for magic, what, cure in _BINARY:
        if start.startswith(magic):
            _refuse(what, cure)
    text = text.lstrip("\ufeff \t\r\n")
    begin = text[:_START_OF_TEXT]
    for sign, (_, what, cure) in zip(_SIGNS_OF_TEXTS, _TEXTS, strict=True):
        if sign.search(begin):
            _refuse(what, cure)
    if _WEB_PAGE.match(begin):
        raise UnsupportedFileError(
            "The file is a web page (HTML), as some programs export under the name .xls; it cannot be read. Open it in "
            "a spreadsheet program, and save it as .xlsx or CSV."
        )
    if begin.startswith(("<?xml", "<svg", "<!DOCTYPE svg")):
        for word, what, cure in _XML:
            if word in text:
                _refuse(what, cure)
        raise UnsupportedFileError("The file is XML, which cannot be read. Export the data as .xlsx, CSV or JSON.")


def _refuse(what: str, cure: str) -> None:
    raise UnsupportedFileError(f"The file is {what}, which cannot be read. {cure}")
