"""Pack JSON into few bytes, by a dictionary of the words that jobs are made of."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

# More than a job may have, so that a damaged item is no danger.
_MOST_BYTES = 2**20

# Items that are stored can be read with these very words alone, so they are never changed. Other words would need
# another function, and a byte before what is packed by them. The most frequent ones come last: they take fewer bits.
_WORDS = (
    b'"pdf_sha256":"","files":[],"missing_glyphs":,"reading":{"kind":"csv","encoding":"utf-8","delimiter":",",'
    b'"decimal":".","columns":[{"name":"","type":"text","number","whole","date","time","changes":[],"preview":{'
    b'"code":"template_error","invalid_data","invalid_request","unreadable_file","render_memory","render_timeout",'
    b'"deadline_exceeded","service_unavailable","worker_lost","poison","input_unavailable","retryable":false,"true,'
    b'"failure":{"code":"","message":"The ","detail":{"at":"/","reason":"receives":1,"seconds":"name":"retry",'
    b'"name":"queued_again","name":"failed","name":"cancelled","name":"retried","name":"redriven","name":"photo-512.webp",'
    b'"content_type":"image/webp","content_type":"text/csv","door":"upload","door":"queue","source":"uploads/",'
    b'"version_id":"","part":{"start":0,"length":"filename":"","title":"","locale":"de","en","paper":"A4","pdf":"ua-1",'
    b'"notify":{"email":[""],"webhooks":[{"url":"https://","stack_run":"","batch":"","started_at":null,'
    b'"tenant_class":"standard","layout":{"path":"whole","why":"","path":"fast","pages":1,"artifacts":2,"warnings":0,'
    b'{"revision":2,"at":"2026-11-30T12:00:00.000000Z","name":"rendering","attempt":1,"detail":{}}'
    b'{"revision":3,"at":"2026-11-30T12:00:00.000000Z","name":"succeeded","attempt":1,"detail":{"pages":'
    b'{"revision":1,"at":"2026-11-30T12:00:00.000000Z","name":"accepted","attempt":0,"detail":{"door":"api"}}'
    b'{"updated_at":"2026-11-30T12:00:00.000000Z","opened_at":"2026-11-30T12:00:00.000000Z","holder":"","receives":1,'
    b'"tries":1,"deaths":0,"cost":0,"tenant_class":"standard","counted_in":0,"started_at":"2026-11-30T12:00:00.000000Z",'
    b'"finished_at":"2026-11-30T12:00:00.000000Z","pages":2,"artifacts":[{"name":".pdf","key":"reports/",'
    b'"content_type":"application/pdf","size":},{"name":"thumbnail.png","key":"reports//1/thumbnail.png",'
    b'"content_type":"image/png","size":,"width":480,"height":679}],"warnings":[],"provenance":{"input_sha256":"",'
    b'"template_sha256":"","pdf_sha256":"","engine":{"pressrun":"1.0.0","weasyprint":"70.0","python":"3.13"}}}'
    b'{"id":"","door":"api","source":"POST /reports","input":{"key":"inputs//.json"},"options":{"filename":"",'
    b'"title":"","locale":""},"correlation_id":"","created_at":"2026-11-30T12:00:00.000000Z","message_version":1}'
)


def pack(values: Mapping[str, Any]) -> bytes:
    """Pack what JSON can say."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    packer = zlib.compressobj(level=9, zdict=_WORDS)
    return packer.compress(text) + packer.flush()


def unpack(packed: bytes) -> dict[str, Any]:
    """Return what was packed. Raises ValueError if that is damaged."""
    try:
        unpacker = zlib.decompressobj(zdict=_WORDS)
        values: dict[str, Any] = json.loads(unpacker.decompress(packed, _MOST_BYTES))
        is_whole = unpacker.eof and not unpacker.unused_data
    except (zlib.error, ValueError):
        is_whole = False
    if not is_whole:
        raise ValueError("what is packed in an item is damaged")
    return values
