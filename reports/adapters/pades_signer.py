"""Sign PDFs by pyHanko, as PAdES B-B (ETSI EN 319 142-1) has it: a revision behind the rendered bytes, which stay."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from reports.adapters import visible_signature
from reports.adapters.kms_signing import KmsSigner, KmsSigning
from reports.adapters.ssm_signing_keys import SigningKey, SSMSigningKeys
from reports.adapters.timestamp_authority import MOST_TOKEN_BYTES, AuthorityTimeStamper
from reports.adapters.visible_signature import SignatureLook
from reports.clock import Clock
from reports.errors import InternalError, TimestampNotOfferedError
from reports.jobs.object_keys import artifacts_of
from reports.jobs.ports import ObjectStore
from reports.jobs.signing import LEVEL, LEVEL_WITH_TIME, Signature, SigningOrder

MOST_BYTES = 150_000_000
"""Of a PDF to sign: the file and its index have to fit into the function."""

_MOST_BYTES_WITHOUT_TOKEN = 8192
"""Of a signature: the chain, which has some 6 kB in SSM at the most, and what is signed with the digest."""

_FIELD = "Signature"
# Nothing is to be seen of it, nor to be read aloud: it stands beyond the page, as PDF/UA (7.18.1) allows, and PDF/A,
# which forbids hidden annotations.
_UNSEEN = SigFieldSpec(
    _FIELD,
    invis_sig_settings=InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True),
    readable_field_name="Signature",
)
_PDF = "application/pdf"
_PIECE = 1 << 20


class _Revision(IncrementalPdfFileWriter):
    """A revision that has a signature and nothing else.

    pyHanko would write the metadata anew, and raise the version of the file for elliptic curves: PDF/A forbids both
    what it writes there and PDF 2.0. Written for pyHanko 0.38.
    """

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Leave the version as it is."""

    def _update_meta(self) -> None:
        """Leave the metadata as they are."""


class PadesSigner:
    """A Signer that has the keys, or may use those in KMS. ``artifacts`` is where the PDFs are.

    ``authorities`` are the addresses of authorities for time stamps, in the order in which they are asked.
    """

    def __init__(
        self,
        keys: SSMSigningKeys,
        kms: KmsSigning,
        artifacts: ObjectStore,
        clock: Clock,
        *,
        authorities: Sequence[str] = (),
    ) -> None:
        self._keys = keys
        self._kms = kms
        self._artifacts = artifacts
        self._clock = clock
        self._time = AuthorityTimeStamper(authorities) if authorities else None

    def check(self, order: SigningOrder) -> None:
        """Look at an order. See Signer.check."""
        key = self._keys.key(order.tenant, order.key, self._clock.now())
        if isinstance(key.private, str):
            self._kms.check(order.key, key.private, key.certificate)
        if order.visible is not None:
            visible_signature.check(order.visible, _words(key, order, self._clock.now()))
        if time := self._time_of(order):
            time.check(key.digest_algorithm)

    def sign(self, order: SigningOrder) -> Signature:
        """Sign a PDF. See Signer.sign."""
        folder = artifacts_of(order.tenant)
        if not (order.source.startswith(folder) and order.destination.startswith(folder)):
            raise InternalError("A signature was ordered for files of another tenant.")
        now = self._clock.now()
        key = self._keys.key(order.tenant, order.key, now)
        with TemporaryFile(prefix="pressrun-signed-") as file:
            for piece in self._artifacts.read(order.source, max_bytes=MOST_BYTES):
                file.write(piece)
            time = self._time_of(order)
            signer, words = self._signer(key, order.key), _words(key, order, now)
            sign(file, signer, key.digest_algorithm, order, time, words)
            size, digest = self._store(file, order)
        certificate = key.certificate
        return Signature(
            size,
            digest,
            signer=certificate.subject.human_friendly,
            issuer=certificate.issuer.human_friendly,
            serial=f"{certificate.serial_number:x}",
            signed_at=now.isoformat(timespec="seconds").replace("+00:00", "Z"),
            certified=order.certify,
            level=LEVEL if time is None else LEVEL_WITH_TIME,
            timestamp=None if time is None else time.facts(),
        )

    def _time_of(self, order: SigningOrder) -> AuthorityTimeStamper | None:
        if order.timestamp and self._time is None:
            raise TimestampNotOfferedError
        return self._time if order.timestamp else None

    def _signer(self, key: SigningKey, name: str) -> Signer:
        if isinstance(key.private, str):
            return KmsSigner(self._kms, name, key.private, key.certificate, key.chain)
        certificates = SimpleCertificateStore.from_certs(key.chain)  # type: ignore[no-untyped-call]
        return SimpleSigner(signing_cert=key.certificate, signing_key=key.private, cert_registry=certificates)

    def _store(self, file: IO[bytes], order: SigningOrder) -> tuple[int, str]:
        digest, size = hashlib.sha256(), 0
        file.seek(0)
        with self._artifacts.open_upload(order.destination, content_type=_PDF, filename=order.filename) as upload:
            while piece := file.read(_PIECE):
                upload.write(piece)
                digest.update(piece)
                size += len(piece)
        return size, digest.hexdigest()


def sign(
    file: Any,
    signer: Signer,
    digest_algorithm: str,
    order: SigningOrder,
    time: AuthorityTimeStamper | None,
    words: tuple[str, ...],
) -> None:
    """Add a signature to a PDF in place, behind its last byte."""
    file.seek(0)
    writer = _Revision(file)
    if order.password is not None:
        opened = writer.encrypt(order.password)  # type: ignore[no-untyped-call]
        if opened.status is AuthStatus.FAILED:
            raise InternalError("The PDF to sign does not open by its own password.")
    metadata = PdfSignatureMetadata(
        field_name=_FIELD,
        md_algorithm=digest_algorithm,
        subfilter=SigSeedSubFilter.PADES,
        reason=order.reason,
        location=order.location,
        certify=order.certify,
        docmdp_permissions=MDPPerm.NO_CHANGES if order.certify else MDPPerm.FILL_FORMS,
    )
    if order.visible is not None:
        visible_signature.add_field(writer, _FIELD, order.visible, words)
    # pyHanko would ask for one more time stamp to see how large it is.
    reserved = None if time is None else 2 * (MOST_TOKEN_BYTES + _MOST_BYTES_WITHOUT_TOKEN)
    PdfSigner(
        metadata,
        signer,
        timestamper=time,
        stamp_style=SignatureLook(words=words),
        new_field_spec=None if order.visible is not None else _UNSEEN,
    ).sign_pdf(writer, existing_fields_only=order.visible is not None, in_place=True, bytes_reserved=reserved)


def _words(key: SigningKey, order: SigningOrder, now: datetime) -> tuple[str, ...]:
    """Return what a visible signature says, in no language of its own."""
    names = key.certificate.subject.native
    name = names.get("common_name") or names.get("organization_name") or key.certificate.subject.human_friendly
    return tuple(each for each in (str(name), f"{now:%Y-%m-%d %H:%M} UTC", order.reason, order.location) if each)
