"""Pages for people: small, without foreign assets, and of use with everything but forms switched off."""

import base64
import hashlib
from collections.abc import Mapping
from html import escape

from starlette.responses import HTMLResponse

_STYLE = """
:root{color-scheme:light dark;--line:#9ca3af;--soft:#4b5563}
@media(prefers-color-scheme:dark){:root{--soft:#c0c6cf}}
*{box-sizing:border-box}
body{margin:0;padding:20px 16px 40px;font:17px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
main{max-width:600px;margin:0 auto;overflow-wrap:anywhere}
h1{font-size:22px;line-height:1.3;margin:0 0 12px;padding-left:12px;border-left:6px solid var(--line)}
h1.low{border-color:#2563eb}h1.medium{border-color:#a16207}h1.high{border-color:#c2410c}h1.critical{border-color:#b91c1c}
p{margin:0 0 8px}
.said{font-size:19px;font-weight:600;margin:0 0 16px}
.said:empty{display:none}
.good,.bad{padding:12px 14px;border:2px solid #16a34a;border-radius:8px}
.bad{border-color:#dc2626}
.said small{display:block;font-size:15px;font-weight:400;line-height:1.4}
.small{font-size:14px;color:var(--soft)}
.text{white-space:pre-wrap;padding:12px;border:1px solid var(--line);border-radius:8px;margin:16px 0}
form,.row{display:flex;flex-wrap:wrap;gap:12px;margin:20px 0}
button{font:inherit;font-weight:600;padding:14px 16px;white-space:nowrap;
border:1px solid var(--line);border-radius:8px;cursor:pointer;
background:transparent;color:inherit;flex:1 1 150px;min-height:52px}
button small{display:block;font-size:14px;font-weight:400;line-height:1.3;white-space:normal}
button.first{background:#15803d;border-color:#15803d;color:#fff}
button.first[value=reject]{background:#b45309;border-color:#b45309}
.answers{margin:20px 0 8px}
@media(max-width:480px){.answers button{flex-basis:100%}}
.links{margin:16px 0 0}
.links a{display:inline-block;padding:10px 16px;margin:0 12px 8px 0;border:1px solid var(--line);border-radius:8px;
color:inherit;font-weight:600}
button:disabled{opacity:.5;cursor:default}
button:focus-visible{outline:3px solid #2563eb;outline-offset:2px}
table{border-collapse:collapse;width:100%;margin:0 0 12px}
th,td{padding:4px 12px 4px 0;vertical-align:top;text-align:left}
th{width:30%}
label{flex:1 1 100%;font-weight:600}
input,select,textarea{display:block;width:100%;margin-top:4px;padding:10px;font:inherit;color:inherit;
background:transparent;border:1px solid var(--line);border-radius:8px}
option{color:#111;background:#fff}
ol{padding-left:24px}
[hidden]{display:none}
""".strip()

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
}
FORMS = "form-action 'self'"
"""A page with forms that lead back to where it came from."""


def page(title: str, body: str, status: int = 200, *, allows: str = FORMS, head: str = "") -> HTMLResponse:
    """Answer with a page. `body` and `head` are markup; `allows` is what the page needs beyond its style (CSP)."""
    markup = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>{head}<style>{_STYLE}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )
    headers: Mapping[str, str] = {**_HEADERS, "content-security-policy": f"{_POLICY}; {allows}"}
    return HTMLResponse(markup, status_code=status, headers=headers)


def refusal(said: str, help_said: str, status: int) -> HTMLResponse:
    """A page that says why not, and what can be done instead."""
    return page(said, f'<p class="said">{escape(said)}</p>\n<p>{escape(help_said)}</p>', status)
