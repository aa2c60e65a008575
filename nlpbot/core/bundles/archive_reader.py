"""Read an archive that anybody could have made: only what it lists, only plain files, and no more than it holds."""

import hashlib
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel, ValidationError

from nlpbot.core.bundles.archive_contents import (
    ARCHIVE_VERSION,
    CONTENTS,
    MAX_CONTENTS_BYTES,
    ArchiveContents,
    ArchivedFile,
    check_archived_names,
    file_by_file,
)
from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.kernel.hashes import CHUNK_BYTES
from nlpbot.core.kernel.targets import new_private_file

__all__ = ["ArchiveReader", "open_archive"]

PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE)


class _Format(BaseModel):
    """What is read first, since all else may differ in another format."""

    format_version: int


class ArchiveReader:
    """An archive, nothing of which is believed before it was checked.

    Args:
        file: of the archive, at its start.
        path: named in errors.

    Raises:
        DataError: it is no such archive, or one of a newer nlpbot.
    """

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self._file = file
        self._path = path
        self.contents = self._read_contents()

    def extract(self, folder: Path, show: ProgressLine) -> None:
        """Write all files of the archive into an empty folder, for their owner alone.

        Args:
            folder: to write into; after an error, what is in it is worth nothing.
            show: shown the bytes read.

        Raises:
            DataError: the archive holds anything but what it lists, or was changed or cut.
        """
        headers = self._headers(folder)
        for name, known in file_by_file(self.contents.files, show):
            header = next(headers, None)
            if header is None:
                raise self._error(f"{name} is missing")
            if (header.name, header.size) != (name, known.size_bytes):
                raise self._error(f"{header.name!r} of {header.size} bytes stands where {name} is listed")
            self._write(folder / name, known)
        if next(headers, None) is not None:
            raise self._error("holds more than it lists")

    def _write(self, target: Path, known: ArchivedFile) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with new_private_file(target) as file:
            for chunk in self._chunks(known.size_bytes):
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != known.sha256:
            raise self._error(f"{target.name} was changed (sha256 differs)")

    def _read_contents(self) -> ArchiveContents:
        header = next(self._headers(Path()), None)
        if header is None or header.name != CONTENTS or not 0 <= header.size <= MAX_CONTENTS_BYTES:
            raise self._error(f"does not begin with {CONTENTS}")
        content = b"".join(self._chunks(header.size))
        try:
            newer = _Format.model_validate_json(content).format_version > ARCHIVE_VERSION
            if newer:
                raise DataError(f"{self._path}: made by a newer nlpbot; install that one to restore it")
            contents = ArchiveContents.model_validate_json(content)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            key = ".".join(str(part) for part in first["loc"])
            raise self._error(f"{CONTENTS}: {key or 'JSON'}: {first['msg']}") from error
        try:
            check_archived_names(contents.files)
        except DataError as error:
            raise self._error(str(error)) from error
        return contents

    def _headers(self, folder: Path) -> Iterator[tarfile.TarInfo]:
        """Yield the headers to come, of files bound for a folder; the caller reads each file before the next header.

        tarfile's own reader would also take in headers of any length, which change what those after them mean.
        """
        while (block := self._file.read(tarfile.BLOCKSIZE)).strip(b"\0"):
            try:
                header = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
                if header.type not in PLAIN:
                    raise self._error(f"{header.name!r} is no plain file")
                # A second lock, which the first Pythons 3.11 don't have.
                yield getattr(tarfile, "data_filter", _unfiltered)(header, str(folder))
            except (tarfile.TarError, ValueError) as error:
                raise self._error(f"not an archive: {error}") from error

    def _chunks(self, size_bytes: int) -> Iterator[bytes]:
        """Yield the bytes of a file, and step over what fills its last block."""
        left = size_bytes
        while left > 0:
            chunk = self._file.read(min(left, CHUNK_BYTES))
            if not chunk:
                raise self._error("cut short")
            left -= len(chunk)
            yield chunk
        self._file.seek(-size_bytes % tarfile.BLOCKSIZE, os.SEEK_CUR)

    def _error(self, problem: str) -> DataError:
        return DataError(f"{self._path}: {problem}; an archive by `nlpbot home backup` expected")


@contextmanager
def open_archive(path: Path) -> Iterator[ArchiveReader]:
    """Give an archive to read from.

    Raises:
        DataError: it is none, or one of a newer nlpbot.
    """
    with path.open("rb") as file:
        yield ArchiveReader(file, path)


def _unfiltered(header: tarfile.TarInfo, _folder: str) -> tarfile.TarInfo:
    return header
