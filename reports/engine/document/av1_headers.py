"""Read how large the frames of an AV1 stream may be, before a decoder does (AV1 specification, 5.3 to 5.5)."""

from __future__ import annotations

_SEQUENCE_HEADER = 1
_LONGEST_NUMBER = 8  # bytes
_LONGEST_HEADER = 256  # bytes: what 32 operating points take, and more
_MOST_UNITS = 10_000


def most_pixels_of(stream: bytes) -> int:
    """Return the pixels of the largest frame that a stream's headers allow; 0 without any. Raises ValueError."""
    pixels, place, units = 0, 0, 0
    while place < len(stream):
        units += 1
        if units > _MOST_UNITS:
            raise ValueError("a stream of far more parts than pictures have")
        head = stream[place]
        place += 2 if head & 0b100 else 1
        size = len(stream) - place
        if head & 0b10:
            size, place = _number(stream, place)
        if head >> 3 & 0b1111 == _SEQUENCE_HEADER:
            pixels = max(pixels, _pixels(_Bits(stream[place : place + min(size, _LONGEST_HEADER)])))
        place += size
    return pixels


def _number(stream: bytes, place: int) -> tuple[int, int]:
    """Return a number in seven bits a byte, and where what follows begins."""
    value = 0
    for index, byte in enumerate(stream[place : place + _LONGEST_NUMBER]):
        value |= (byte & 0x7F) << 7 * index
        if not byte & 0x80:
            return value, place + index + 1
    raise ValueError("a size without an end")


class _Bits:
    """A reader of bits."""

    def __init__(self, body: bytes) -> None:
        self._value = int.from_bytes(body, "big")
        self._left = 8 * len(body)

    def take(self, count: int) -> int:
        """Return the next bits as a number. Raises ValueError at the end."""
        self._left -= count
        if self._left < 0:
            raise ValueError("a header that is cut off")
        return self._value >> self._left & (1 << count) - 1

    def skip_number(self) -> None:
        """Skip a number of as many bits as there are zeros before it."""
        zeros = 0
        while not self.take(1):
            zeros += 1
        self.take(min(zeros, 32) if zeros < 32 else 0)


def _pixels(bits: _Bits) -> int:
    bits.take(4)
    if bits.take(1):
        bits.take(5)
    else:
        _skip_operating_points(bits)
    width_bits, height_bits = bits.take(4) + 1, bits.take(4) + 1
    return (bits.take(width_bits) + 1) * (bits.take(height_bits) + 1)


def _skip_operating_points(bits: _Bits) -> None:
    delay_bits = 0
    if bits.take(1):
        bits.take(64)
        if bits.take(1):
            bits.skip_number()
        if bits.take(1):
            delay_bits = bits.take(5) + 1
            bits.take(42)
    has_delays = bits.take(1)
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > 7:
            bits.take(1)
        if delay_bits and bits.take(1):
            bits.take(2 * delay_bits + 1)
        if has_delays and bits.take(1):
            bits.take(4)
