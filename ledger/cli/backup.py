"""`ledger backup`: a folder with everything but the private keys, proved by restoring it."""

import argparse
from pathlib import Path

from ledger.cli.output import EXIT_OK, Output, at_least_one, counted
from ledger.cli.places import near

EXAMPLE = "ledger backup backups --keep 7"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", metavar="FOLDER", help="the backup's folder, made anew")
    parser.add_argument(
        "--keep",
        metavar="N",
        type=at_least_one,
        help="make FOLDER/<time>-<size>, and remove the oldest of more than N such backups",
    )


def run(args: argparse.Namespace, output: Output) -> int:
    """Back up the ledger, and say what the backup holds."""
    from ledger.client.backup import make_backup
    from ledger.client.home import find_home
    from ledger.store.store import Store

    home = find_home(Path(args.ledger) if args.ledger else None)
    with Store.open(home.url) as store:
        made = make_backup(home, store, Path(args.folder), keep=args.keep)
    manifest = made.manifest
    lines = [
        f"{near(made.path)}: {counted(manifest.size, 'entry', 'entries')} and "
        f"{counted(manifest.records, 'record')}",
        f"  root {manifest.root.hex()}",
        "  restored into a scratch folder and audited there: the same root",
        *(
            [f"  {counted(manifest.losses, 'loss', 'losses')}: ledger fsck lists them"]
            if manifest.losses
            else []
        ),
        *(f"  removed {near(path)}" for path in made.removed),
    ]
    output.data(
        {
            "path": str(made.path),
            "origin": manifest.origin,
            "size": manifest.size,
            "records": manifest.records,
            "root": manifest.root.hex(),
            "made_at": manifest.made_at,
            "losses": manifest.losses,
            "removed": [str(path) for path in made.removed],
        },
        "\n".join(lines),
    )
    output.say("not in it: private keys and the checkpoint store; keep both, apart from it")
    return EXIT_OK
