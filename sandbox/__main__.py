"""`python -m sandbox`: options, or the environment variables SANDBOX_*."""

import argparse
import sys
from dataclasses import fields, replace

import yaml

from sandbox.config import Config, read_environment
from sandbox.server import run


def main() -> None:
    """Reads the options and runs until interrupted."""
    try:
        config = read_environment()
    except ValueError as problem:
        sys.exit(str(problem))
    parser = argparse.ArgumentParser(prog="sandbox", description="A local Slack with a page in the browser.")
    for field in fields(Config):
        if isinstance(field.default, str | int | float):
            option = "--" + field.name.replace("_", "-")
            parser.add_argument(option, type=type(field.default), default=getattr(config, field.name))
    config = replace(config, **vars(parser.parse_args()))
    sys.stderr.write(f"local Slack at http://{config.host}:{config.port} (bot expected at {config.bot_url})\n")
    try:
        run(config)
    except (OSError, yaml.YAMLError) as problem:
        sys.exit(f"the local Slack cannot start: {problem}")


main()
