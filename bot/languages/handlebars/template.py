"""Compile once, render often: the face of this package."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.errors import TemplateFailed
from bot.languages.handlebars.compiler import compile_program
from bot.languages.handlebars.parser import parse
from bot.languages.handlebars.positions import TemplateText
from bot.languages.handlebars.root_paths import root_paths
from bot.languages.handlebars.runtime import Frame, Rendering, Routine, Scope, run_with_inlines
from bot.languages.handlebars.whitespace import control


class Template:
    """A compiled template: immutable, and safe to render in many threads at once."""

    __slots__ = ("_routine", "paths", "source")

    def __init__(self, source: str, routine: Routine, paths: tuple[tuple[str, ...], ...] = ()) -> None:
        """Keep what was compiled; `paths` are the keys of what it surely reads from the document itself."""
        self.source = source
        self.paths = paths
        self._routine = routine

    def render(self, context: Mapping[str, object], now: datetime, escape: Callable[[str], str] = str) -> str:
        """The text for a context of plain JSON values at the instant `now` (aware).

        `escape` is applied to what `{{x}}` prints, and not to `{{{x}}}` and `{{&x}}`.
        Raises TemplateFailed when a limit is hit or a helper refuses its values.
        """
        this = dict(context)
        data: Frame = {"root": this}
        scope = Scope(Rendering(now, escape), this, (this, None), data, None)
        outside = Scope(scope.run, this, None, data, None)
        try:
            return run_with_inlines(self._routine, outside, scope)
        except RecursionError:
            raise TemplateFailed("the payload or the template is nested too deeply.") from None


def compile_template(source: str) -> Template:
    """A template from Handlebars text.

    Raises Invalid: the first problem of syntax, or every unknown helper and partial, each with line and column.
    """
    place = TemplateText(source)
    try:
        tree = parse(place)
        control(tree)
        return Template(source, compile_program(place, tree), root_paths(tree))
    except RecursionError:
        raise place.invalid(0, "this template is nested too deeply.", "Flatten it.") from None
