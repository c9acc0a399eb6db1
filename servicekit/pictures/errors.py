"""Why a picture is not accepted."""

from servicekit.problems import PayloadTooLarge, Problem, Unavailable, UnsupportedMediaType


class PictureTooLarge(PayloadTooLarge):
    code = "picture_too_large"
    title = "The picture has too many bytes"


class PictureTypeNotSupported(UnsupportedMediaType):
    """Another type than PNG, JPEG and WebP, or another than was declared."""

    code = "picture_type_not_supported"
    title = "The picture is not the PNG, JPEG or WebP file that it is said to be"


class InvalidPicture(Problem):
    """Right type, wrong content: broken, animated, of too many pixels, or more than a picture."""

    status = 422
    code = "invalid_picture"
    title = "The picture cannot be used"


class TooManyUploads(Unavailable):
    """Pictures are decoded one at a time, and the queue is longer than a client should wait."""

    code = "overloaded"
    title = "Too many pictures are being uploaded at the moment"
