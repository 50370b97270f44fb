"""Where in a template something stands, so that a problem can be pointed at."""

from bot.errors import Invalid, Problem


class TemplateText:
    """A template's text, with offsets turned into lines and columns on demand."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def problem(self, at: int, message: str, mend: str = "") -> Problem:
        line = self.text.count("\n", 0, at) + 1
        column = at - (self.text.rfind("\n", 0, at) + 1) + 1
        return Problem(message=message, mend=mend, line=line, column=column)

    def invalid(self, at: int, message: str, mend: str = "") -> Invalid:
        return Invalid([self.problem(at, message, mend)])
