"""Compile templates so that their operators calculate with decimals, and their literals are such."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.lexer import TOKEN_FLOAT, Lexer, Token

from reports.engine.templating.exact_numbers import TOO_LARGE, binary, escaped, literal
from reports.engine.templating.printf import formatted

_MOST_BITS = 4_096


def calculated(operator: str, left: Any, right: Any, otherwise: Callable[[Any, Any], Any]) -> Any:
    """Return what an expression of a template comes to; ``otherwise`` is for whole numbers, texts and lists."""
    if operator == "%" and isinstance(left, str):
        return formatted(left, right)
    numbers = all(isinstance(each, int | float | Decimal) for each in (left, right))
    if not numbers:
        return otherwise(left, right)
    if not (isinstance(left, int) and isinstance(right, int)) or operator == "/" or (operator == "**" and right < 0):
        return binary(operator, left, right)
    bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
    if operator in ("**", "*") and bits > _MOST_BITS:
        raise OverflowError(TOO_LARGE)
    return otherwise(left, right)


class ExactLexer(Lexer):
    """Jinja's lexer, in which a literal such as ``0.10`` is a Decimal with all its digits."""

    def wrap(
        self, stream: Iterable[tuple[int, str, str]], name: str | None = None, filename: str | None = None
    ) -> Iterator[Token]:
        """Yield the tokens of a template."""
        written: deque[str] = deque()

        def noted() -> Iterator[tuple[int, str, str]]:
            for each in stream:
                if each[1] == TOKEN_FLOAT:
                    written.append(each[2])
                yield each

        for token in super().wrap(noted(), name, filename):
            if token.type == TOKEN_FLOAT:
                try:
                    value: Any = literal(written.popleft().replace("_", ""))
                except OverflowError as error:
                    raise TemplateSyntaxError(str(error), token.lineno, name, filename) from None
                yield Token(token.lineno, token.type, value)
            else:
                yield token


class ExactCodeGenerator(CodeGenerator):
    """Jinja's compiler, which writes a Decimal as ``environment.decimal('0.10')``."""

    def visit_Const(self, node: nodes.Const, frame: Frame) -> None:  # noqa: N802, as Jinja calls it
        """Write a constant."""
        if isinstance(node.value, Decimal):
            self.write(f"environment.decimal({str(node.value)!r})")
        else:
            super().visit_Const(node, frame)

    def visit_Slice(self, node: nodes.Slice, frame: Frame) -> None:  # noqa: N802
        """Write a slice, whose bounds may be quotients."""
        for number, bound in enumerate((node.start, node.stop, node.step)):
            self.write(":" if number else "")
            if bound is not None:
                self.write("environment.place_in(")
                self.visit(bound, frame)
                self.write(")")

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        if isinstance(node, nodes.Const) and isinstance(node.value, Decimal):
            return escaped(node.value)
        return super()._output_child_to_const(node, frame, finalize)
