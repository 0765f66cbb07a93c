"""The tree as tiles of 256 hashes (C2SP tlog-tiles, height 8): coordinates, paths, and reading proofs from them.

The n-th tile at level l holds MTH(D[(256n + i)·256^l : (256n + i + 1)·256^l]) for i from 0 to its width. A full tile
never changes. A partial one stands only at the right edge and is not hashed into the level above.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct
from typing import Final

from .errors import MalformedProof
from .merkle import HASH_SIZE, root
from .paths import HashReader, Node
from .wire import NUMBER_LIMIT

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
TOP_LEVEL: Final = 63
"""The highest level a path may name (tlog-tiles, “Merkle Tree”)."""

_PAIRS: Final = [
    Struct(f"{2 * HASH_SIZE}s" * (TILE_WIDTH >> level)).unpack for level in range(1, TILE_HEIGHT + 1)
]
"""Of a full tile, and of what is hashed of it, the pairs of hashes."""

_PATH = re.compile(
    "tile/(?P<level>0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """Where a tile stands and how wide it is."""

    level: int
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if not (0 <= self.level <= TOP_LEVEL and 0 <= self.index < NUMBER_LIMIT):
            raise MalformedProof(f"there is no tile {self.index} at level {self.level}")
        if not 1 <= self.width <= TILE_WIDTH:
            raise MalformedProof(f"a tile is 1 to 256 hashes wide, not {self.width}")

    @property
    def full(self) -> bool:
        """Whether it has all its 256 hashes."""
        return self.width == TILE_WIDTH

    def path(self) -> str:
        """`tile/<L>/<N>[.p/<W>]`, as 1234067 is `x001/x234/067` (tlog-tiles, “Merkle Tree”)."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        name = "/".join([f"x{part}" for part in parts[:-1]] + parts[-1:])
        return f"tile/{self.level}/{name}" + ("" if self.full else f".p/{self.width}")

    @classmethod
    def parse(cls, path: str) -> "Tile":
        """The tile of a path; MalformedProof for any other spelling."""
        match = _PATH.fullmatch(path)
        if match is None:
            raise MalformedProof("this is not the path of a tile")
        index = int(match["index"].replace("x", "").replace("/", ""))
        tile = cls(int(match["level"]), index, int(match["width"] or TILE_WIDTH))
        if tile.path() != path:
            raise MalformedProof("this is not how the path of a tile is written")
        return tile

    def below(self) -> "list[Tile]":
        """The full tiles one level down whose roots are this tile's hashes; none at level 0."""
        if self.level == 0:
            return []
        first = self.index * TILE_WIDTH
        return [Tile(self.level - 1, first + i) for i in range(self.width)]


TileReader = Callable[[Sequence[Tile]], Sequence[bytes]]
"""Answers tiles with their hashes, each as one string of 32·width bytes, in the same order."""


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of a tree of that size: by level, full ones first, the partial one last."""
    level = 0
    while size:
        for index in range(size >> TILE_HEIGHT):
            yield Tile(level, index)
        if size % TILE_WIDTH:
            yield Tile(level, size >> TILE_HEIGHT, size % TILE_WIDTH)
        size >>= TILE_HEIGHT
        level += 1


def completed_tiles(old_size: int, new_size: int) -> Iterator[Tile]:
    """The tiles that became full while the tree grew: what a writer has to add. By level."""
    level, old, new = 0, old_size, new_size
    while new >= TILE_WIDTH:
        old, new = old >> TILE_HEIGHT, new >> TILE_HEIGHT
        for index in range(old, new):
            yield Tile(level, index)
        level += 1


def tile_root(hashes: bytes) -> bytes:
    """The root of a full tile, which is one hash of the tile above it."""
    if len(hashes) != TILE_WIDTH * HASH_SIZE:
        raise MalformedProof("only a full tile, 8,192 bytes, has a root")
    row = hashes
    for pairs in _PAIRS:  # a full tile halves evenly down to its root
        row = b"".join([sha256(b"\x01" + pair).digest() for pair in pairs(row)])
    return row


def reader_from_tiles(size: int, read_tiles: TileReader) -> HashReader:
    """A hash reader for `paths` over the tiles of a tree of `size` leaves; each tile is asked for once."""

    def read(nodes: Sequence[Node]) -> list[bytes]:
        places = [_place(node, size) for node in nodes]
        tiles = sorted({tile for tile, _, _ in places})
        contents = read_tiles(tiles)
        if [len(content) for content in contents] != [tile.width * HASH_SIZE for tile in tiles]:
            raise MalformedProof("the reader did not answer every tile with as many hashes as it is wide")
        kept = dict(zip(tiles, map(_hashes, contents), strict=True))
        return [root(kept[tile][start:end]) for tile, start, end in places]

    return read


def _place(node: Node, size: int) -> tuple[Tile, int, int]:
    """The tile a node's hash is made from, and from which of its hashes up to which."""
    if node.number < 0 or (node.number + 1) << node.level > size:
        raise MalformedProof(f"a tree of {size} leaves has no {node}")
    level, height = divmod(node.level, TILE_HEIGHT)
    first = node.number << height
    index = first >> TILE_HEIGHT
    width = min(TILE_WIDTH, (size >> (TILE_HEIGHT * level)) - index * TILE_WIDTH)
    start = first % TILE_WIDTH
    return Tile(level, index, width), start, start + (1 << height)


def _hashes(content: bytes) -> list[bytes]:
    return [content[i : i + HASH_SIZE] for i in range(0, len(content), HASH_SIZE)]
