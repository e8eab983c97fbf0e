"""The command `triage`."""

import gc

gc.disable()  # nothing that is imported is garbage: to look through it time and again takes a tenth of `status`

from triage.cli.app import main as command  # noqa: E402


def main() -> None:
    """Run it; what was imported is never looked through again."""
    gc.freeze()
    gc.enable()
    command()


if __name__ == "__main__":
    main()
