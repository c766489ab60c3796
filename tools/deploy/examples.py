"""Show how to use a deployed emulator: lines that work when they are pasted into a shell."""

from __future__ import annotations

from collections.abc import Mapping

_ROWS = (
    '{"template": "table", "data": {"rows": [{"city": "Oslo", "rain_mm": 12.5}, {"city": "Bergen", "rain_mm": 60}]}}'
)
_CURL = "-sS --fail-with-body"
_AUTH = '-H "Authorization: Bearer $PRESSRUN_API_KEY"'
_CSV = r"city,rain_mm\nOslo,12.5\nBergen,60\n"


def examples(endpoint_url: str, outputs: Mapping[str, str], api_key: str) -> str:
    """Return a text with the addresses, a key, and the commands."""
    api = outputs["ApiUrl"]
    upload = f"{endpoint_url}/{outputs['UploadsBucket']}/uploads/demo/table/cities.csv"
    link = page_link(outputs, api_key)
    page = f"\nPage       {link}" if link else ""
    return f"""\
API        {api}{page}
Uploads    s3://{outputs["UploadsBucket"]}/uploads/<tenant>/<template>/<file>
Artifacts  s3://{outputs["ArtifactsBucket"]}

# Say where the API is, and who asks: this key is the tenant demo's, and may do everything.
export PRESSRUN_URL={api}
export PRESSRUN_API_KEY={api_key}

# Ask for a report, by the command line or over HTTP:
.venv/bin/pressrun submit invoice --sample -o invoice.pdf
curl {_CURL} $PRESSRUN_URL/reports {_AUTH} -H 'Content-Type: application/json' -d '{_ROWS}'

# Or drop a file:
printf '{_CSV}' | curl {_CURL} -X PUT --data-binary @- -H 'Content-Type: text/csv' {upload}

# See what became of them:
.venv/bin/pressrun list
curl {_CURL} $PRESSRUN_URL/reports {_AUTH}
"""


def page_link(outputs: Mapping[str, str], api_key: str) -> str | None:
    """Return the address of the page that signs you in; None where there is no page.

    The part behind the hash is sent nowhere, and the page takes it out of the address.
    """
    return f"{outputs['WebUrl']}#key={api_key}" if "WebUrl" in outputs else None
