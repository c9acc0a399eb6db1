"""What goes over the wire about avatars."""

from fastapi import UploadFile
from pydantic import BaseModel, ConfigDict


class AvatarUpload(BaseModel):
    """The form of an upload: one file, PNG, JPEG or WebP, with its media type."""

    model_config = ConfigDict(extra="forbid")

    file: UploadFile
