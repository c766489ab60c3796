"""Look up the number formats of a workbook's cells."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from reports.datasets.excel.number_formats import NumberFormat

# Formats that are known by number alone (ISO/IEC 29500-1, 18.8.30). Those of the Far East are days and times.
_BUILT_IN = {
    **{0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00"},
    **{5: "$#,##0;-$#,##0", 6: "$#,##0;-$#,##0", 7: "$#,##0.00;-$#,##0.00", 8: "$#,##0.00;-$#,##0.00"},
    **{12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy"},
    **{18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm"},
    **{37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)"},
    **{41: "#,##0;(#,##0)", 42: "$#,##0;($#,##0)", 43: "#,##0.00;(#,##0.00)", 44: "$#,##0.00;($#,##0.00)"},
    **{45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@"},
    **dict.fromkeys((*range(27, 32), 36, *range(50, 55), 57, 58), "yyyy-mm-dd"),
    **dict.fromkeys((32, 33, 34, 35, 55, 56), "h:mm:ss"),
}
_LONGEST_CODE = 10
# Excel allows for 250 of one's own. All beyond these are read as ``General``.
_MOST_FORMATS = 1_000


class CellFormats:
    """The formats of a workbook, each once, and which of them a cell has by its style."""

    def __init__(self, styles: Element | None) -> None:
        self.formats: list[NumberFormat] = [NumberFormat("General")]
        self._of_style: list[int] = []
        if styles is not None:
            own = {e.get("numFmtId", ""): e.get("formatCode", "") for e in styles.iter() if _is(e, "numFmt")}
            known: dict[str, int] = {"0": 0}
            for group in styles:
                if _is(group, "cellXfs"):
                    self._of_style += [self._index(style.get("numFmtId", "0"), own, known) for style in group]

    def of(self, style: str | None) -> int:
        """Return the number of a style's format. Raises ValueError or IndexError for a style that there is not."""
        if style is None:
            return self._of_style[0] if self._of_style else 0
        at = int(style)
        if at < 0:
            raise IndexError("an index below zero")
        return self._of_style[at]

    def _index(self, number: str, own: dict[str, str], known: dict[str, int]) -> int:
        if number not in known:
            code = own.get(number) or _BUILT_IN.get(
                int(number) if number.isdecimal() and len(number) < _LONGEST_CODE else 0
            )
            if code is None or code.lower() == "general" or len(self.formats) == _MOST_FORMATS:
                known[number] = 0
            else:
                self.formats.append(NumberFormat(code))
                known[number] = len(self.formats) - 1
        return known[number]


def _is(element: Element, name: str) -> bool:
    """Tell whether an element has a name, in either of the namespaces that there are for it."""
    return element.tag.rpartition("}")[2] == name
