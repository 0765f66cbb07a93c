"""The program's door: `kaoji` and `python -m cli`. It makes starting and ending cheap, and leaves the rest to `cli.main`.

A call is over in a moment and leaves no garbage worth looking for; what it used need not be taken apart in the end.
"""

import gc

OBJECTS_BETWEEN_SEARCHES = 100_000


def main() -> None:
    """Runs the command line and exits with its status."""
    gc.set_threshold(OBJECTS_BETWEEN_SEARCHES, *gc.get_threshold()[1:])
    from cli.main import main as run

    try:
        run()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
