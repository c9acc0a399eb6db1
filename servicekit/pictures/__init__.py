"""Pictures from strangers: checked before they are decoded, and always written anew."""

from servicekit.pictures.conversion import (
    MEDIA_TYPE,
    Converted,
    PictureTypeNotSupported,
    Shape,
    UnusablePicture,
    convert,
    square,
    within,
)

__all__ = [
    "MEDIA_TYPE",
    "Converted",
    "PictureTypeNotSupported",
    "Shape",
    "UnusablePicture",
    "convert",
    "square",
    "within",
]
