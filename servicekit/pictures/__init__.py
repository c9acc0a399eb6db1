"""Pictures from strangers: checked before they are decoded, and always written anew."""

from servicekit.pictures.conversion import MEDIA_TYPE, Converted, Shape, convert, square, within
from servicekit.pictures.errors import InvalidPicture, PictureTooLarge, PictureTypeNotSupported, TooManyUploads

__all__ = [
    "MEDIA_TYPE",
    "Converted",
    "InvalidPicture",
    "PictureTooLarge",
    "PictureTypeNotSupported",
    "Shape",
    "TooManyUploads",
    "convert",
    "square",
    "within",
]
