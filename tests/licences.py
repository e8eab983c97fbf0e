"""What triage installs with it, and under which licence:  python -m tests.licences > docs/licences.md"""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HEAD = """\
# Licences of what triage uses

triage itself is under the [MIT licence](../LICENSE). It installs these packages, none of which it changes or contains.
The list is made by `python -m tests.licences`, and a test compares it with what is installed.

| package | licence |
|---|---|
"""
_BY_CLASSIFIER = {
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "BSD License": "BSD",
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
# Told in a file or a long text only: read there.
_READ = {"click-default-group": "BSD-3-Clause", "imapclient": "BSD-3-Clause"}
_BY_WORDS = {"BSD": "BSD", "MIT": "MIT", "Apache": "Apache-2.0", "ISC": "ISC"}


def packages(root: str = "inbox-triage") -> Iterator[Distribution]:
    """Everything that installing triage brings on this system, each once, by name."""
    found: dict[str, Distribution] = {}
    waiting = [(root, "")]
    while waiting:
        name, extra = waiting.pop()
        for text in distribution(name).requires or ():
            wanted = Requirement(text)
            key = canonicalize_name(wanted.name)
            if key in found or (wanted.marker and not wanted.marker.evaluate({"extra": extra})):
                continue
            found[key] = distribution(key)
            waiting += [(key, each) for each in ("", *wanted.extras)]
    return (found[key] for key in sorted(found))


def licence(package: Distribution) -> str:
    """As an SPDX expression where the package says enough, else empty."""
    about = package.metadata
    if read := _READ.get(canonicalize_name(package.name)):
        return read
    if expression := about.get("License-Expression"):
        return str(expression)
    named = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if line.startswith("License ::")]
    known = [_BY_CLASSIFIER[each] for each in named if each in _BY_CLASSIFIER]
    if known:
        return " OR ".join(sorted(set(known)))
    said = (about.get("License") or "").strip().splitlines()[:1]
    return next((short for word, short in _BY_WORDS.items() if said and re.search(rf"\b{word}\b", said[0])), "")


def page() -> str:
    """The whole page."""
    rows = (f"| [{one.name}](https://pypi.org/project/{one.name}/) | {licence(one)} |" for one in packages())
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    print(page(), end="")
