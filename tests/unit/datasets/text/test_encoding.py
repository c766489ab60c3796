from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from reports.datasets import ReadingOptions, RowsFile, RowsFormat
from reports.errors import UnreadableFileError

TEXTS = {
    "cp1252": "Straße;Übernachtung\nMühlgässchen;12 €\nAm Schloß;7 €\n",
    "cp1250": "Miejscowość;Kwota\nŁódź;12\nGdańsk;60\nKraków, św. Anny;8\n",
    "cp1251": "Наименование;Количество\nЧай чёрный;12\nКофе;60\n",
    "cp1253": "Πόλη;Βροχή\nΘεσσαλονίκη;12\nΑθήνα;60\n",
    "cp1254": "Şehir;Yağış\nİstanbul;12\nDiyarbakır;60\nEskişehir;3\n",
    "cp1255": "עיר;כמות\nירושלים;12\nתל אביב;60\n",
    "cp1256": "المدينة;الكمية\nالقاهرة;12\nالإسكندرية;60\n",
    "iso8859-6": "الاسم;المبلغ\nشركة النور;12\nمؤسسة الأمل;60\nمحل الزهور;80\n",
    "cp1257": "Miestas;Kiekis\nŠiauliai;12\nPanevėžys;60\nMažeikių rajonas;4\nKėdainių gatvė;9\n",
    "iso8859-2": "Mesto;Počet\nŽilina, Štúrova;12\nKošice;60\nĽubovňa;4\nPúchov;1\n",
    "iso8859-15": "Lieu;Prix\nŒuvre du cœur;12 €\nÉcole Žižka;7 €\n",
    "mac-roman": "Stadt;Größe\nKöln;12\nMünchen;60\nDüsseldorf;8\nFürth;9\n",
    "cp850": "Stadt;Größe\nKöln;12\nMünchen;60\nDüsseldorf;8\n",
    "cp866": "Город;Осадки\nНовосибирск;12\nПермь;60\n",
    "koi8-r": "Город;Осадки\nНовосибирск;12\nПермь;60\n",
    "gb18030": "客户,数量\n上海贸易公司,12\n北京,60\n",
    "big5": "客戶,數量\n臺北市信義區,12\n高雄,60\n",
    "cp932": "商品名,価格\nボールペン,12\n消しゴム,60\n",
    "euc_jp": "商品名,価格\nボールペン,12\n消しゴム,60\n",
    "euc_kr": "고객,수량\n서울상사,12\n부산무역,60\n",
    "cp874": "เมือง;ปริมาณ\nกรุงเทพมหานคร;12\nเชียงใหม่;60\n",
}


def a_file(folder: Path, body: bytes, **options: str) -> RowsFile:
    (folder / "a.csv").write_bytes(body)
    return RowsFile(folder / "a.csv", RowsFormat.CSV, options=ReadingOptions(**options))  # type: ignore[arg-type]


def cells(text: str) -> list[list[str]]:
    return [line.split(";" if ";" in text else ",") for line in text.splitlines()[1:]]


@pytest.mark.parametrize("encoding", TEXTS)
def test_a_text_in_an_encoding_of_before_unicode_is_read_and_the_guess_is_told(encoding: str, tmp_path: Path) -> None:
    rows = a_file(tmp_path, TEXTS[encoding].encode(encoding))

    assert [list(row.values()) for row in rows] == cells(TEXTS[encoding])
    (warning,) = [each for each in rows.warnings if each["code"] == "encoding_guessed"]
    assert "options.reading.encoding" in warning["message"]
    assert 0.9 <= rows.reading["encoding_confidence"] < 1


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        *[(name, b"") for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8")],
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-8", codecs.BOM_UTF8),
    ],
)
@pytest.mark.parametrize("text", ["City;Qty\nKöln;12\nŁódź;60\n", "城市;数量\n上海;12\n北京;60\n"])
def test_unicode_is_read_with_and_without_a_mark(encoding: str, mark: bytes, text: str, tmp_path: Path) -> None:
    rows = a_file(tmp_path, mark + text.encode(encoding))

    assert [list(row.values()) for row in rows] == cells(text)
    assert rows.warnings == ()


@pytest.mark.parametrize(
    ("body", "line", "shown"),
    [
        ("Stadt;Größe\nKöln;12\nMünchen;60\n".encode() + b"Caf\xe9;3\n", "line 4", "Caf\ufffd"),
        ("Stadt;Größe\nKöln;12\nMünchen;60\nTh".encode() + b"\xc3", "line 4", "Th\ufffd"),
        (("Größe;n\n" + "München;1\n" * 900).encode() + b"A\xffrger;3\n", "line 902", "A\ufffdrger"),
    ],
)
def test_a_few_broken_bytes_do_not_make_utf_8_another_encoding(
    body: bytes, line: str, shown: str, tmp_path: Path
) -> None:
    rows = a_file(tmp_path, body)

    assert next(iter(list(rows)[-1].values())) == shown
    assert any(each["code"] == "text_damaged" and line in each["message"] for each in rows.warnings)


def test_ascii_with_a_few_bytes_of_another_encoding_is_no_damaged_utf_8(tmp_path: Path) -> None:
    rows = a_file(tmp_path, ("Name;n\n" + "plain text;1\n" * 4_000 + "Größe in Köln;2\n").encode("cp1252"))

    assert list(rows)[-1]["Name"] == "Größe in Köln"
    assert rows.reading["encoding"] == "cp1252"


def test_a_text_that_could_be_in_several_encodings_is_refused_with_each_reading(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        list(a_file(tmp_path, b"a;b\n\x98\xff;1\n"))

    assert "could be" in caught.value.message
    assert "options.reading.encoding" in caught.value.message
    assert len(caught.value.detail["candidates"]) > 1  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["cp1252", "cp1250"])
def test_a_currency_alone_tells_an_encoding_of_windows(encoding: str, tmp_path: Path) -> None:
    assert list(a_file(tmp_path, "Price (€);n\n5 €;1\n".encode(encoding))) == [{"Price (€)": "5 €", "n": "1"}]


def test_a_caller_may_say_the_encoding(tmp_path: Path) -> None:
    rows = a_file(tmp_path, "a;b\nžluť;1\n".encode("cp1250"), encoding="cp1250")

    assert list(rows) == [{"a": "žluť", "b": "1"}]
    assert rows.warnings == ()
    with pytest.raises(UnreadableFileError, match="line 2 is not in that encoding"):
        list(a_file(tmp_path, "a;b\nžluť;1\n".encode("cp1250"), encoding="utf-8"))


def test_the_locale_is_a_hint(tmp_path: Path) -> None:
    body = "jméno;n\nJiří;1\n".encode("cp1250")

    assert next(iter(a_file(tmp_path, body, locale="cs"))) == {"jméno": "Jiří", "n": "1"}


def test_a_zero_byte_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="Line 3 .* zero byte"):
        list(a_file(tmp_path, b"City,Rain\nOslo,12.5\nBer\x00gen,60\n"))


@pytest.mark.parametrize(
    "content", [b"a,b\n\xff\xfe,\x00\n", b"a,b\n\xff\xfe,\x00\n1,2\n", b"ab;\n\x00\x00\x00,;,1;2\n3;4\n"], ids=repr
)
def test_lines_with_bytes_of_no_text_between_them_are_no_text_of_two_bytes_a_character(
    content: bytes, tmp_path: Path
) -> None:
    with pytest.raises(UnreadableFileError):
        list(a_file(tmp_path, content))


def test_signs_that_begin_no_word_tell_latin_2_from_windows(tmp_path: Path) -> None:
    text = "Jméno;Město\nŽofie Šťastná;Plzeň\nJiří Dvořák;Brno\n"

    rows = a_file(tmp_path, text.encode("iso8859_2"))

    assert [list(row.values()) for row in rows] == cells(text)
