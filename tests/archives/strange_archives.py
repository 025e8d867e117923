"""Ordinary and malformed archives, as bytes; for tests of archives."""

import io
import struct
import tarfile
import warnings
import zipfile


def zipped(*members: tuple[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of the members, in their order, with any names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, content in members:
            info = zipfile.ZipInfo("placeholder")
            # ZipInfo would cut a name at its first NUL.
            info.filename = info.orig_filename = name
            info.compress_type = packing
            with warnings.catch_warnings():
                # Of names that come twice.
                warnings.simplefilter("ignore")
                archive.writestr(info, content)
    return buffer.getvalue()


def zipped_as(mode: int, content: bytes = b"/etc/passwd") -> bytes:
    """A zip archive of one member of a special kind."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("special")
        info.create_system, info.external_attr = 3, mode << 16
        archive.writestr(info, content)
    return buffer.getvalue()


def tarred(*members: tuple[str, bytes], kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    """A tar archive of the members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size, info.type, info.linkname = len(content), kind, link
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def tar_header(name: str, size: int, kind: bytes) -> bytes:
    """One header of a tar archive, with any content."""
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


def encrypted() -> bytes:
    """A zip archive whose member says that it is encrypted."""
    content = bytearray(zipped(("a", b"x")))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def overlapping() -> bytes:
    """A zip archive of many members that share one packed kernel."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"0" * 100_000)
        for number in range(20):
            twin = zipfile.ZipInfo(f"b{number}")
            first = archive.infolist()[0]
            for field in ("header_offset", "CRC", "compress_size", "file_size", "compress_type"):
                setattr(twin, field, getattr(first, field))
            archive.filelist.append(twin)
            archive.NameToInfo[twin.filename] = twin
    return buffer.getvalue()


def with_size(content: bytes, size: int) -> bytes:
    """The zip archive, with another size for its first member."""
    at = content.index(b"PK\x01\x02") + 24
    return content[:at] + struct.pack("<L", size) + content[at + 4 :]


def with_count(content: bytes, count: int) -> bytes:
    """The zip archive, with another number of members in its end record."""
    at = content.rindex(b"PK\x05\x06") + 8
    return content[:at] + struct.pack("<2H", count, count) + content[at + 4 :]


def shifted(content: bytes, before: bytes) -> bytes:
    """The zip archive of one member behind other bytes, with all its places put right."""
    directory, end = content.rindex(b"PK\x01\x02"), content.rindex(b"PK\x05\x06")
    moved = bytearray(content)
    for at in (directory + 42, end + 16):
        (place,) = struct.unpack_from("<L", content, at)
        struct.pack_into("<L", moved, at, place + len(before))
    return before + bytes(moved)


def with_comment(content: bytes, comment: bytes) -> bytes:
    """The zip archive with a comment behind its end."""
    return content[:-2] + struct.pack("<H", len(comment)) + comment


def with_zip64(content: bytes, *, members: int, place: int = 0) -> bytes:
    """The zip archive with a ZIP64 record that may contradict it."""
    at = content.rindex(b"PK\x05\x06")
    length, start = struct.unpack("<2L", content[at + 12 : at + 20])
    record = b"PK\x06\x06" + struct.pack(
        "<Q2H2L4Q", 44, 45, 45, 0, 0, members, members, length, start
    )
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, place or at, 1)
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return content[:at] + record + locator + end


def renamed(content: bytes, name: bytes) -> bytes:
    """The zip archive with another name in its first local header."""
    return content[:30] + name + content[30 + len(name) :]
