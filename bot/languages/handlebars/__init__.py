"""Handlebars templates: handlebars.js 4.7 over plain values, bounded, without evaluation of any kind.

`compile_template` makes a Template, once per saved version; `Template.render` prints it for a payload.
docs/templates.md lists the helpers and every difference from handlebars.js.
"""

from bot.languages.handlebars.template import Template, compile_template

__all__ = ["Template", "compile_template"]
