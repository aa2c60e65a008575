"""Archives: a plain .tar whose first file lists the size and the hash of every other.

It isn't compressed, so that nothing in it can be larger than the archive itself, and it is checked as fast as the disk
is read; dense weights would hardly shrink.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from pydantic import Field

from nlpbot.core.bundles.manifest import NAME_PATTERN
from nlpbot.core.kernel.config import Settings
from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.errors import DataError

__all__ = [
    "ARCHIVE_VERSION",
    "CONTENTS",
    "MAX_CONTENTS_BYTES",
    "MAX_FILES",
    "MAX_FILE_BYTES",
    "ArchiveContents",
    "ArchivedFile",
    "check_archived_names",
    "file_by_file",
]

ARCHIVE_VERSION = 1
CONTENTS = "contents.json"
"""The first file."""
MAX_CONTENTS_BYTES = 16 << 20
MAX_FILES = 50_000
MAX_FILE_BYTES = (8 << 30) - 1
"""What a header of the plain format can say."""
MAX_NAME_CHARACTERS = 255


class ArchivedFile(Settings):
    """What is known of a file before it is read."""

    size_bytes: int = Field(ge=0, le=MAX_FILE_BYTES)
    """How many bytes it has."""
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    """SHA-256 of them, in hexadecimal."""


class ArchiveContents(Settings):
    """What an archive says of itself."""

    format_version: int = Field(ARCHIVE_VERSION, ge=1)
    """Which layout of archives this is."""
    nlpbot: str
    """The version that wrote it."""
    made_at: str
    """When, in UTC."""
    files: dict[str, ArchivedFile] = Field(max_length=MAX_FILES)
    """Path of each file, from the root of the archive, to its size and hash."""

    @property
    def size_bytes(self) -> int:
        """How many bytes all files have."""
        return sum(file.size_bytes for file in self.files.values())


def check_archived_names(names: Iterable[str]) -> None:
    """Refuse names that could lead out of a folder, or that a file system could take for one another.

    Raises:
        DataError: there is such a name.
    """
    seen = {CONTENTS}
    for name in names:
        if len(name) > MAX_NAME_CHARACTERS or not all(re.fullmatch(NAME_PATTERN, part) for part in name.split("/")):
            raise DataError(f"{name[:MAX_NAME_CHARACTERS]!r} can't be in an archive; letters, digits, - _ . expected")
        if name.casefold() in seen:
            raise DataError(f"{name!r} can't be in an archive twice, whatever its casing")
        seen.add(name.casefold())
    for name in seen:
        above = next((str(folder) for folder in PurePosixPath(name).parents if str(folder) in seen), None)
        if above is not None:
            raise DataError(f"{above!r} can't be both a file and a folder of an archive")


def file_by_file(files: Mapping[str, ArchivedFile], show: ProgressLine) -> Iterator[tuple[str, ArchivedFile]]:
    """Yield each file, and show how many bytes are done when the caller comes for the next."""
    total, done = sum(file.size_bytes for file in files.values()), 0
    for name, file in files.items():
        yield name, file
        done += file.size_bytes
        show(done, total)
