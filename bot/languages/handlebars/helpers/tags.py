"""Markup to plain text, as striptags 3 does it: a scan from left to right that knows quotes and comments."""


def strip_tags(text: str) -> str:
    """The text outside of tags; `<` before a space or a line's end is text."""
    kept: list[str] = []
    at = 0
    while (opening := text.find("<", at)) >= 0:
        kept.append(text[at:opening])
        if text[opening + 1 : opening + 2] in {" ", "\n"}:
            kept.append("< ")
            at = opening + 2
        else:
            at = _end_of_tag(text, opening)
    return "".join([*kept, text[at:]])


def _end_of_tag(text: str, opening: int) -> int:
    if text.startswith("<!--", opening):
        end = text.find("-->", opening + 4)
        return len(text) if end < 0 else end + 3
    depth, quote = 0, ""
    for at in range(opening + 1, len(text)):
        char = text[at]
        if char in "\"'":
            quote = "" if char == quote else quote or char
        elif not quote and char == "<":
            depth += 1
        elif not quote and char == ">":
            if not depth:
                return at + 1
            depth -= 1
    return len(text)
