"""Reads what gzip, bzip2 or xz has packed, and never unpacks more than a limit.

In the operator's process.
"""

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from typing import IO, Protocol

CHUNK = 64 * 1024
# xz needs 65 MiB to unpack at its highest level; a header may ask for 4 GiB.
XZ_MEMORY_BYTES = 100 * 1024**2


# What to do where an archive contradicts itself: a program that makes archives does not make such.
REMEDY = "pack the files again"


class RefusedError(Exception):
    """An archive is not unpacked, or a file in it not taken; the text is a clause about "it"."""


class Decompressor(Protocol):
    """What Python's three decompressors have in common."""

    @property
    def eof(self) -> bool:
        """Whether the packed stream has ended."""

    @property
    def unused_data(self) -> bytes:
        """The bytes behind its end."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Unpack at most ``max_length`` bytes; the rest stays inside."""


class _Gzip:
    """zlib's decompressor, which gives unused input back, in the form of the others."""

    def __init__(self) -> None:
        # 31: a window of 32 KiB, and a gzip header.
        self._decompressor = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._decompressor.eof

    @property
    def unused_data(self) -> bytes:
        return self._decompressor.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._decompressor.decompress(self._decompressor.unconsumed_tail + data, max_length)


def _xz() -> Decompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY_BYTES)


MAGIC_NUMBERS: tuple[tuple[bytes, Callable[[], Decompressor]], ...] = (
    (b"\x1f\x8b", _Gzip),
    (b"BZh", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\x00", _xz),
)


def decompressor_for(file: IO[bytes]) -> Callable[[], Decompressor] | None:
    """What makes a decompressor for the file, by its first bytes; None for an unpacked file."""
    start = file.read(6)
    file.seek(0)
    return next((make for sign, make in MAGIC_NUMBERS if start.startswith(sign)), None)


class DecompressedStream(io.RawIOBase):
    """The unpacked content of a file; reading beyond a limit is refused."""

    def __init__(
        self, file: IO[bytes], make_decompressor: Callable[[], Decompressor] | None, limit: int
    ) -> None:
        """Read nothing yet.

        Args:
            file: The packed file.
            make_decompressor: Makes its decompressor; None for a file that is not packed.
            limit: How many bytes may come out.
        """
        super().__init__()
        self._file = file
        self._make_decompressor = make_decompressor
        self._decompressor = make_decompressor() if make_decompressor else None
        self._bytes_left = limit

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes; none at the end of the file."""
        wanted = CHUNK if size < 0 else min(size, 16 * CHUNK)
        try:
            chunk = self._next(wanted) if wanted else b""
        except (OSError, lzma.LZMAError, zlib.error, EOFError) as error:
            raise RefusedError(f"it is damaged ({error})") from error
        self._bytes_left -= len(chunk)
        if self._bytes_left < 0:
            raise RefusedError("it unpacks to more than an archive may hold")
        return chunk

    def _next(self, wanted: int) -> bytes:
        if self._decompressor is None or self._make_decompressor is None:
            return self._file.read(wanted)
        data = b""
        while True:
            chunk = b"" if self._decompressor.eof else self._decompressor.decompress(data, wanted)
            if chunk:
                return chunk
            if self._decompressor.eof:
                data = self._decompressor.unused_data or self._file.read(CHUNK)
                if not data:
                    return b""
                # All three formats allow several packed streams, one behind the other.
                self._decompressor = self._make_decompressor()
                continue
            data = self._file.read(CHUNK)
            if not data:
                raise RefusedError("it is cut off")

    def refuse_trailing_data(self) -> None:
        """Make sure that only zeros are left: tar pads its last block with them."""
        while chunk := self.read(CHUNK):
            if chunk.strip(b"\0"):
                raise RefusedError(f"more than zeros follows behind its end; {REMEDY}")
