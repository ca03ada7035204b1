"""How static files are kept in production."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class GzippedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it comes without types
    """Files under names that change with their content, each with a gzipped twin beside it.

    No brotli: Debian's nginx can't serve it, and packing takes ten times as long.
    """

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Return what packs the files."""
        return Compressor(use_brotli=False, **kwargs)
