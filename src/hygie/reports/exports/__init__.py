"""Open data out of a territory, one set of files a licence."""

from hygie.reports.exports.files import MANIFEST, export_files, is_export

__all__ = ["MANIFEST", "export_files", "is_export"]
