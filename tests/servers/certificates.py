"""A throw-away authority and its certificate for localhost."""

import subprocess
from pathlib import Path


def certificate(folder: Path) -> tuple[Path, Path, Path]:
    """The authority's certificate, the server's (for localhost), and the server's key; all files in `folder`."""
    authority, authority_key = folder / "ca.pem", folder / "ca.key"
    ours, key, request = folder / "server.pem", folder / "server.key", folder / "server.csr"
    extensions = folder / "server.ext"
    extensions.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    new = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    _run([*new, "-x509", "-days", "2", "-subj", "/CN=Test authority", "-keyout", authority_key, "-out", authority])
    _run([*new, "-subj", "/CN=localhost", "-keyout", key, "-out", request])
    signed = ["openssl", "x509", "-req", "-days", "2", "-CAcreateserial", "-extfile", extensions]
    _run([*signed, "-in", request, "-CA", authority, "-CAkey", authority_key, "-out", ours])
    return authority, ours, key


def _run(command: list[object]) -> None:
    subprocess.run([str(word) for word in command], check=True, capture_output=True)
