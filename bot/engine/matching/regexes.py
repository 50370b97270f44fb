"""stub"""

import regex


class Untranslatable(Exception):
    flags = False
    message = "bad"
    mend = ""


class Regex:
    def __init__(self, source: str, flags: str) -> None:
        self.source = source
        try:
            self.p = regex.compile(source, regex.I if "i" in flags else 0)
        except regex.error as e:
            raise Untranslatable from e

    def found_in(self, value: object, run: object) -> bool:
        return isinstance(value, str) and self.p.search(value) is not None


def compile_regex(source: str, flags: str) -> Regex:
    return Regex(source, flags)
