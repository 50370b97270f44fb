"""The control API under /_control: drives people and arranges the workspace, for tests and for the page."""

from sandbox.control import acting, arranging, seeing, showing

ROUTES = [*acting.ROUTES, *seeing.ROUTES, *arranging.ROUTES, *showing.ROUTES]
