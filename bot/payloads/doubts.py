"""What a description says of a state that nobody knows, so that whoever is paged knows why."""


def taken(field: str, said: str) -> str:
    """Why a payload became an alert whose `field` says something that its type does not know."""
    problem = f"says `{said[:50]}`" if said else "is missing"
    return f"(The field {field} {problem}: taken as a new alert.)"


def is_doubt(line: str) -> bool:
    """Whether a line of a description is such a remark, which does not say what is wrong."""
    return line.startswith("(") and ": taken as " in line
