"""Write an archive: hash all files, list them, add them, and put the archive in its place when it is whole."""

import hashlib
import os
import tarfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from nlpbot.core.bundles.archive_contents import (
    CONTENTS,
    MAX_FILE_BYTES,
    MAX_FILES,
    ArchiveContents,
    ArchivedFile,
    check_archived_names,
    file_by_file,
)
from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.kernel.hashes import CHUNK_BYTES, sha256_of
from nlpbot.core.kernel.targets import new_private_file, partial_of

__all__ = ["write_archive"]


def write_archive(out: Path, files: Mapping[str, Path | bytes], show: ProgressLine) -> ArchiveContents:
    """Write files into an archive that its owner alone can read, and return what it says of itself.

    Args:
        out: the archive, which replaces what is there once it is whole.
        files: path in the archive to the file, or to what it is to hold.
        show: shown the bytes written.

    Raises:
        DataError: a name or a size can't be archived, or a file changes while it is read.
    """
    check_archived_names(files)
    if len(files) > MAX_FILES:
        raise DataError(f"{out}: {len(files):,} files can't be archived; at most {MAX_FILES:,} expected")
    known = {name: _facts(source) for name, source in files.items()}
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    contents = ArchiveContents(nlpbot=version("nlpbot"), made_at=made_at, files=known)
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = partial_of(out)
    partial.unlink(missing_ok=True)
    try:
        with new_private_file(partial) as file:
            listed = contents.model_dump_json(indent=1).encode()
            _add(file, CONTENTS, listed, _facts(listed))
            for name, facts in file_by_file(known, show):
                _add(file, name, files[name], facts)
            file.write(bytes(2 * tarfile.BLOCKSIZE))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return contents


def _facts(source: Path | bytes) -> ArchivedFile:
    if isinstance(source, bytes):
        return ArchivedFile(size_bytes=len(source), sha256=hashlib.sha256(source).hexdigest())
    size = source.stat().st_size
    if size > MAX_FILE_BYTES:
        raise DataError(f"{source}: {size:,} bytes can't be archived; at most {MAX_FILE_BYTES:,} expected")
    return ArchivedFile(size_bytes=size, sha256=sha256_of(source))


def _add(archive: BinaryIO, name: str, source: Path | bytes, known: ArchivedFile) -> None:
    """Add a file that must still be as it was when it was hashed."""
    archive.write(_header(name, known.size_bytes))
    digest = hashlib.sha256()
    for chunk in _chunks(source):
        digest.update(chunk)
        archive.write(chunk)
    if digest.hexdigest() != known.sha256:
        raise DataError(f"{name}: changed while it was read; try again")
    archive.write(bytes(-known.size_bytes % tarfile.BLOCKSIZE))


def _header(name: str, size_bytes: int) -> bytes:
    header = tarfile.TarInfo(name)
    header.size, header.mode, header.mtime = size_bytes, 0o600, int(time.time())
    try:
        return header.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict")
    except ValueError as error:
        raise DataError(f"{name}: can't be archived: {error}") from error


def _chunks(source: Path | bytes) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
