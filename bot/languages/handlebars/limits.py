"""How much one template may ask for. Beyond, rendering fails clearly instead of going on."""

from typing import Final

MAX_SOURCE: Final = 100_000
"""Characters of a template."""
MAX_NESTING: Final = 64
"""Blocks (an `else if` counts as one) within each other."""
MAX_ARGUMENT_NESTING: Final = 30
"""Parenthesised calls within each other."""
MAX_DEPTH: Final = MAX_NESTING + 1
"""The template, blocks and partials running within each other; each takes seven of Python's thousand frames."""
MAX_STEPS: Final = 200_000
"""Values printed, helpers called, passes through a block, and list items that helpers go over."""
MAX_OUTPUT: Final = 500_000
"""Characters printed."""
MAX_TEXT: Final = 1_000_000
"""Characters of one text that a helper makes on the way."""
