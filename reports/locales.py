"""The languages in which numbers and dates can be written."""

from __future__ import annotations

import re

from reports.errors import UnknownLocaleError

# Those of Babel, by the codes that it takes for them. It has 30 MB, and the functions that take requests in do without.
_CODES = """
    aa ab af ak am an ar as az ba be bg bh bm bn bo br bs ca ce co cs cu cv cy da de dv dz ee el en eo es et eu fa
    ff fi fo fr fy ga gd gl gn gu gv ha he hi hr ht hu hy ia id ie ig ii in io is it iu iw ja ji jv jw ka ki kk kl
    km kn ko ks ku kw ky la lb lg ln lo lt lu lv mg mi mk ml mn mo mr ms mt my nb nd ne nl nn no nr nv ny oc om or
    os pa pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to
    tr ts tt tw ug uk ur uz ve vi vo wa wo xh yi yo za zh zu aar abk adp afr agq ajp aka alb als amh ann apc ara arb
    arg arm arn asa asm ast aze azj bak bal bam baq bas bcc bel bem ben bew bez bgc bgn bho bih blo blt bod bos bre
    brx bss bul bur bxk byn cad cat cch ccp ceb ces cgg che chi cho chr chu chv cic ckb cld cls cmn cnr cop cor cos
    csw cym cze dan dav deu dgo div dje doi drh dsb dua dut dyo dzo ebu ekk ell eng epo est eus ewe ewo fao fas fat
    fil fin fra fre frr fry fuc ful fur gaa gaz geo ger gez gla gle glg glv gom gre grn gsw gug guj guz hat hau haw
    heb hin hnj hrv hsb hun hye ibo ice ido iii ike iku ile ina ind isl ita jav jbo jgo jmc jpn kaa kab kaj kal kam
    kan kas kat kaz kcg kde kea ken kgp khk khm khq kik kin kir kkj kln kmr kok kor kpe ksb ksf ksh kur kxv lag lao
    lat lav lij lin lit lkt lld lmo lrc ltg ltz lub lug luo luy lvs mac mai mal mao mar mas may mdf mer mfe mgh mgo
    mhn mic mkd mlg mlt mni moh mol mon mri msa mua mup mus mya myv mzn naq nav nbl nde nds nep nld nmg nnh nno nob
    nor npi nqo nso nus nya nyn oci ori orm ory osa oss pan pap pbu pcm per pes pis plt pol por prg prp pus quc que
    quz raj rhg rif rof roh ron rum run rus rwk sag sah san saq sat sbp scc scn scr sdh seh ses shi shn sid sin skr
    slk slo slv sma sme smj smn sms sna snd som sot spa spy sqi src srd srp ssw ssy sun swa swe swh syr szl tam tat
    tel teo tgk tgl tha tib tig tir tok ton tpi trv trw tsn tso tuk tur twi twq tyv tzm uig ukr urd uzb uzn vai vec
    ven vie vmw vol vun wae wal wbp wel wln wol xho xnr xog xpe yav ydd yid yor yrl yue zgh zha zho zsm zul zyb
"""
LANGUAGES = frozenset(_CODES.split())


def check_locale(tag: str) -> None:
    """Raise UnknownLocaleError for a tag whose language is unknown here; a region may be unknown."""
    language = re.split("[-_]", tag)[0].lower()
    if language not in LANGUAGES:
        raise UnknownLocaleError(
            "/options/locale",
            f"There is no language {language!r} to write numbers and dates in. Give a tag such as 'en-GB' or 'de'.",
        )
