"""Templates calculate with decimals, whatever their numbers come from."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import TemplateSyntaxError

from reports.engine.templating.compiled import write_program
from reports.engine.templating.exact_numbers import exact
from reports.engine.templating.formats import Formats
from reports.engine.templating.template_code import environment_of, filters
from reports.engine.templating.words import fill
from tests.unit.engine.rendering import TEMPLATES

ENVIRONMENT = environment_of(TEMPLATES / "table")


class Point(NamedTuple):
    """What a view may hand on: an object with a binary fraction."""

    x: float


def written(source: str, locale: str = "en", **data: Any) -> str:
    return ENVIRONMENT.from_string(source).render(data=exact(data), **filters(Formats.of(locale)))


@pytest.mark.parametrize(
    ("expression", "comes_to"),
    [
        ("0.1 + 0.2", "0.3"),
        ("data.a + data.b", "0.3"),
        ("data.point.x * 3", "0.3"),
        ("data.a * 3 == 0.3", "True"),
        ("[data.a, data.b, 0.3] | sum", "0.6"),
        ("(3 * 0.075) | round(2)", "0.23"),
        ("1.005 | round(2)", "1.01"),
        ("-2.5 | round", "-3"),
        ("1250 | round(-2)", "1300"),
        ("2.01 | round(1, 'ceil')", "2.1"),
        ("'%.2f' | format(1.005)", "1.01"),
        ("'%.2f %s' % (0.225, 'EUR')", "0.23 EUR"),
        ("'%(sum)08.2f' % {'sum': 2.345}", "00002.35"),
        ("'{:.2f}'.format(1.005)", "1.01"),
        ("1 / 3", "0.3333333333333333333333333333"),
        ("6 / 2", "3"),
        ("100 / 0.1", "1000"),
        ("-7 // 2", "-4"),
        ("-7.0 // 2", "-4"),
        ("-7.5 % 2", "0.5"),
        ("1.19 ** 2", "1.4161"),
        ("12345678901234567890.01 + 0.01", "12345678901234567890.02"),
        ("-(12345678901234567890123456789.01)", "-12345678901234567890123456789.01"),
        ("data.large", "10000000000000000000000"),
        ("data.small", "0.0000000001"),
        ("0.0000001", "0.0000001"),
        ("'12.50' | float * 2", "25.00"),
        ("'1.7' | int", "1"),
        ("data.a | tojson", "0.1"),
        ("'ab' * 2", "abab"),
        ("7 + 2", "9"),
        ("(0.1 + 0.2) | money('EUR')", "€0.30"),
        ("0.5 | percent(1)", "0.5%"),
        ("1234.5 | number(2)", "1,234.50"),
        ("'2026-11-30' | day('iso')", "2026-11-30"),
        ("0.1 ** 2", "0.01"),
        ("10 ** -1", "0.1"),
        ("3 ** -2", "0.1111111111111111111111111111"),
        ("2.25 ** 0.5", "1.5"),
        ("1 / 8 ** 1", "0.125"),
        ("'%.1e' % 1.25", "1.3e+00"),
        ("'%E|%e' | format(123456, 0)", "1.234560E+05|0.000000e+00"),
        ("'%.3g|%g|%#.3g|%g' % (0.00012345, 1e20, 1.0, 100000)", "0.000123|1e+20|1.00|100000"),
        ("'%-8.1f|%+08.1f|%.f' % (2.25, 2.25, 2.5)", "2.3     |+00002.3|3"),
        ("'%d|%05d|%s' % (2.9, 7, 0.00000001)", "2|00007|0.00000001"),
        ("0.0000 ~ '|' ~ data.small * 0 ~ '|' ~ 0.00000001", "0.0000|0.0000000000|0.00000001"),
        ("[0.00000001, 1e3] | join(' ')", "0.00000001 1000"),
        ("(0.1 * 0.0000001) | string", "0.00000001"),
        ("'{} {:.1e} {:f}'.format(0.00000001, 1.25, 0.00000001)", "0.00000001 1.3e+0 0.00000001"),
        ("'abcd'[4 / 2]", "c"),
        ("[1, 2, 3, 4][data.four // 3]", "2"),
        ("'abcdef'[data.four / 2:]", "cdef"),
        ("range(data.four / 2) | list", "[0, 1]"),
        ("'ab' * (4 / 2)", "abab"),
        ("7.0 // 2", "3"),
        ("6.00 / 2", "3.00"),
    ],
)
def test_an_expression_comes_to_what_it_does_by_hand(expression: str, comes_to: str) -> None:
    data: dict[str, Any] = {"a": 0.1, "b": 0.2, "large": 1e22, "small": 1e-10, "point": Point(0.1), "four": 4.0}

    assert written(f"{{{{ {expression} }}}}", **data) == comes_to


@given(st.lists(st.decimals(-1_000_000, 1_000_000, places=2), max_size=20), st.integers(1, 99))
def test_sums_and_products_are_those_of_decimals(amounts: list[Decimal], rate: int) -> None:
    data: dict[str, Any] = {"rows": [{"amount": float(each)} for each in amounts], "rate": rate / 100}

    text = written("{{ data.rows | sum('amount') * data.rate }}", **data)

    assert Decimal(text) == sum(amounts) * Decimal(rate) / 100


def test_groups_have_their_sums_and_lines_what_is_carried() -> None:
    rows = [{"rate": 19, "net": 1.1}, {"rate": 7, "net": "2.20"}, {"rate": 19, "net": 3.3}, {"rate": 7, "net": None}]

    groups = written(
        "{% for g in data.rows | sum_by('net', by='rate') %}{{ g.key }}: {{ g.sum }}, {% endfor %}", rows=rows
    )
    lines = written(
        "{% for l in data.rows | running('net', 100) %}{{ l.before }}→{{ l.after }} {% endfor %}", rows=rows
    )

    assert groups == "19: 4.4, 7: 2.20, "
    assert lines == "100→101.1 101.1→103.30 103.30→106.60 106.60→106.60 "


def test_a_compiled_template_calculates_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "template.html.j2").write_text("{% macro m(x) %}{{ x * 0.10 }}{% endmacro %}{{ m(3) }} {{ 0.1 + 0.2 }}")
    write_program(environment_of(tmp_path), tmp_path / "template.html.j2")

    assert environment_of(tmp_path).get_template("template.html.j2").render() == "0.30 0.3"


@pytest.mark.parametrize(
    "expression",
    [
        "10 ** 1000000",
        "10 ** (10 ** 8)",
        "10.5 ** (10 ** 8)",
        "data.most * data.most",
        "data.most ** 1.5",
        "(9 ** 300) * (9 ** 1200)",
        "(9 ** 300) / 1e-300",
    ],
)
def test_a_number_that_would_fill_the_memory_is_refused(expression: str) -> None:
    with pytest.raises(OverflowError, match="more than 400 digits"):
        written(f"{{{{ {expression} }}}}", most=1e308)


def test_a_number_that_is_too_small_is_nothing() -> None:
    assert written("{{ (1e-300 * 1e-300) == (0 * 1e-300) }}") == "False"
    assert written("{{ number(1e-399 * 1e-399 * 1e-399, 2) }}") == "0.00"


def test_a_literal_of_too_many_digits_is_a_fault_of_the_template() -> None:
    with pytest.raises(TemplateSyntaxError, match="more than 400 digits"):
        written("{{ 1e99999999 }}")


@pytest.mark.parametrize(
    "text", ["'%d' % n", "'%.2f' % n", "'%g' % n", "'{:f}'.format(n)", "'{:.2f}'.format(n)", "n | round(1)"]
)
def test_a_number_of_a_view_with_too_many_digits_is_not_written_out(text: str) -> None:
    with pytest.raises(ValueError, match="more than 400 digits"):
        written(f"{{% set n = data.n %}}{{{{ {text} }}}}", n=Decimal("1e99999999"))


@pytest.mark.parametrize("expression", ["0 ** -1", "0.0 / 0.0", "(0 - 8.5) ** 0.5", "0.0 % 0"])
def test_what_has_no_answer_is_said_in_words(expression: str) -> None:
    with pytest.raises((ValueError, ZeroDivisionError), match="no answer|division by zero"):
        written(f"{{{{ {expression} }}}}")


def test_a_place_between_two_of_a_list_is_none() -> None:
    for expression in ("[1, 2][0.5]", "[1, 2][: 1 / 3]", "range(0.5)"):
        with pytest.raises(TypeError, match="write `| int`"):
            written(f"{{{{ {expression} }}}}")


@pytest.mark.parametrize("text", ["'%*d' % (9, 1)", "'%1000000000d' % 1", "'%.1000000000f' % 1"])
def test_a_text_is_not_made_wider_than_a_page(text: str) -> None:
    with pytest.raises(ValueError, match="at most three digits"):
        written(f"{{{{ {text} }}}}")


@given(st.decimals(-(10**12), 10**12, places=6), st.integers(0, 9), st.sampled_from("feg"))
def test_numbers_are_written_as_in_other_languages_but_rounded_by_hand(value: Decimal, places: int, kind: str) -> None:
    form = f"%.{places}{kind}"

    text = written(f"{{{{ '{form}' % data.n }}}}", n=value)

    assert abs(Decimal(text) - Decimal(form % value)) <= Decimal(10) ** -(places if kind == "f" else -13)
    assert len(text) == len(form % Decimal(text))


def test_a_variable_does_not_hide_a_filter_of_its_name() -> None:
    text = "{% set day = 'Monday' %}{{ day }} {{ '2026-11-30' | day('iso') }}"

    assert written(text) == "Monday 2026-11-30"


PLURAL = "{n, plural, =0 {no files} one {# file of {size}} other {# files of {size}}}"


@pytest.mark.parametrize(("n", "text"), [(0, "no files"), (1, "1 file of 2 MB"), (1234, "1,234 files of 2 MB")])
def test_a_label_takes_the_form_of_its_number(n: int, text: str) -> None:
    assert fill(PLURAL, Formats.of("en"), n=n, size="2 MB") == text


def test_a_language_with_many_forms_has_each_of_them() -> None:
    russian = "{n, plural, one {# файл} few {# файла} many {# файлов} other {# файла}}"

    assert [fill(russian, Formats.of("ru"), n=n) for n in (1, 3, 5, 21)] == ["1 файл", "3 файла", "5 файлов", "21 файл"]


@pytest.mark.parametrize("text", ["{n, plural, one {x}}", "{n, plural, other {x}", "{n, plural, other {x"])
def test_a_plural_out_of_order_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="plural"):
        fill(text, Formats.of("en"), n=1)


def test_a_time_is_shown_by_the_clocks_of_a_zone() -> None:
    times = written("{{ moment('2026-11-30T23:30:00Z' | in_zone('Europe/Berlin')) }}", "de")

    assert times == "01.12.2026, 00:30\u00a0CET"


@pytest.mark.parametrize(
    ("moment", "zone"),
    [("2026-11-30T23:30:00", "UTC"), ("2026-11-30T23:30:00Z", "../etc"), ("2026-11-30T23:30:00Z", "A" * 300)],
)
def test_a_time_without_zone_and_a_zone_that_is_none_are_refused(moment: str, zone: str) -> None:
    with pytest.raises(ValueError, match="time zone|without its zone"):
        written("{{ in_zone(data.moment, data.zone) }}", moment=moment, zone=zone)


def test_any_text_can_have_the_digits_of_a_script() -> None:
    assert written("{{ digits('A-1024') }}", "ar-EG") == "A-١٠٢٤"
    assert written("{{ digits('A-1024') }}", "hi") == "A-१०२४"
    assert written("{{ digits('A-1024') }}", "de") == "A-1024"


def test_whole_numbers_add_up_to_a_whole_number() -> None:
    assert written("{% for n in range([1, 2] | sum) %}{{ n }}{% endfor %}") == "012"


@pytest.mark.parametrize("text", ["1e999999", "1e99999999", "-1e-99999999"])
def test_a_few_characters_are_not_written_as_millions(text: str) -> None:
    assert written("{{ data.n | int }} {{ data.n | int(7) }}", n=text) == "0 7"
    with pytest.raises(ValueError, match="more than 400 digits"):
        written("{{ '%.2f' | format(data.n) }}", n=text)
    assert written("{{ fill('{n, plural, one {# a} other {# b}}', n=data.n) }}", n=text) == f"{text} b"


def test_one_value_may_be_formatted_in_several_ways() -> None:
    text = "{{ '%(a).2f, %(a).0f, %(a)s' % data }}, {{ '%(b).1f (%(b).2f)' | format(b=2.345) }}"

    assert written(text, a=1.005) == "1.01, 1, 1.005, 2.3 (2.35)"


def test_to_divide_by_nothing_is_told_as_for_whole_numbers() -> None:
    for expression in ("1 / 0", "0.5 / 0", "7 // 0"):
        with pytest.raises(ZeroDivisionError) as told:
            written(f"{{{{ {expression} }}}}")
        assert type(told.value) is ZeroDivisionError


def test_each_number_of_a_label_is_the_one_of_its_own_plural() -> None:
    text = "{n, plural, other {# files in {m, plural, one {# folder} other {# folders}}}}"

    assert fill(text, Formats.of("en"), n=3, m=5) == "3 files in 5 folders"
    assert fill("Track #{n}", Formats.of("en"), n=3) == "Track #3"


def test_no_items_are_none_however_they_are_counted() -> None:
    for nothing in (0, 0.0, "0", Decimal("0.00")):
        assert fill("{n, plural, =0 {none} other {#}}", Formats.of("en"), n=nothing) == "none"


def test_a_place_of_a_label_may_have_any_name() -> None:
    assert written("{{ fill('{mark} {formats} {text}', mark='A', formats='PDF', text='x') }}") == "A PDF x"
