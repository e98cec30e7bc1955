"""Official files about hospitals: the SAE form by form, Hospidiag, authorisations of older vintages."""

from hygie.readers.hospitals.hospidiag import read_hospidiag
from hygie.readers.hospitals.model import HospidiagSheet, HospitalFile, SaeSheet, SiteNumber, SiteRecord
from hygie.readers.hospitals.sae import read_sae

__all__ = [
    "HospidiagSheet",
    "HospitalFile",
    "SaeSheet",
    "SiteNumber",
    "SiteRecord",
    "read_hospidiag",
    "read_sae",
]
