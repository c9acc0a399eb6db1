"""How request bodies are read."""

import shutil
from collections.abc import Mapping
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from rest_framework import parsers
from rest_framework.exceptions import ParseError

_IN_MEMORY = 1_048_576


class JSONParser(parsers.JSONParser):
    """DRF's, which lets a document of ten thousand brackets end in a server error."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("JSON parse error - nested too deeply") from None


class FileParser(parsers.BaseParser):
    """A body that is one file: `request.data["file"]`, readable from its beginning. Large ones are kept on disk."""

    media_type = "text/csv"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # closed when it is collected, as uploads are
        shutil.copyfileobj(stream, file)
        file.seek(0)
        return {"file": file}
