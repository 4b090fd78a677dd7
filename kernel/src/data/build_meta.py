"""Stands in for setuptools while pip downloads a source distribution.

pip asks a source distribution for its metadata even where it only downloads it. This answers with what the distribution
says of itself in PKG-INFO, and runs nothing of it.
"""

import types
from email.parser import HeaderParser
from pathlib import Path


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    """Writes the metadata of the distribution in the current folder; returns the name of their folder."""
    text = Path("PKG-INFO").read_text(encoding="utf-8")
    about = HeaderParser().parsestr(text)
    folder = Path(metadata_directory, f"{about['Name'].replace('-', '_')}-{about['Version']}.dist-info")
    folder.mkdir()
    (folder / "METADATA").write_text(text, encoding="utf-8")
    return folder.name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    """A download builds nothing."""
    raise RuntimeError("nothing is built here")


__legacy__ = types.SimpleNamespace(
    prepare_metadata_for_build_wheel=prepare_metadata_for_build_wheel, build_wheel=build_wheel
)
