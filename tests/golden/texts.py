"""Texts to draw everything with: as people write them, as long as they get, and as nasty as they get."""

from collections.abc import Mapping

NORMAL = "disk full on db-3"
LONGEST = "x" * 4_980 + " the end of it"
HOSTILE = (
    "<!channel> <@U0ALICE0001> <https://evil.example|click> & *bold* `code` ```fence``` \u202egnp.exe\u202c "
    "שלום עולם 🚒🧯" + "👩‍🚒" * 40 + " {{constructor}} </script> &amp; \x00\x1b[31m\r\n> quoted\n"
) * 6

TEXTS: Mapping[str, str] = {"normal": NORMAL, "longest": LONGEST, "hostile": HOSTILE}
