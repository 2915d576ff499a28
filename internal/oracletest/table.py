"""How a table of rows becomes a file, or is compared with it."""

import json
import pathlib
import sys


def write(name, rows):
    """Writes testdata/name, or with --check compares the rows with what it holds."""
    path = pathlib.Path(__file__).parent / "testdata" / name
    if "--check" in sys.argv:
        close(json.loads(path.read_text()), rows)
        print(f"{len(rows)} rows are those of {path}")
        return
    text = "[\n" + ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows) + "\n]\n"
    path.write_text(text)
    print(f"{len(rows)} rows, {len(text) / 1e3:.0f} KB in {path}")


def close(old, new):
    """The same but for roundings of another machine."""
    if isinstance(old, dict):
        assert old.keys() == new.keys()
        for k in old:
            close(old[k], new[k])
    elif isinstance(old, list):
        assert len(old) == len(new)
        for a, b in zip(old, new):
            close(a, b)
    elif isinstance(old, float):
        assert abs(old - new) <= 1e-12 * max(1, abs(old)), (old, new)
    else:
        assert old == new, (old, new)
