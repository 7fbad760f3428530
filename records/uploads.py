"""What is received of a file that is larger than any photo may be: its name and size, and not its bytes."""

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from records.photos import MAX_BYTES


class OversizeHandler(FileUploadHandler):
    """First in FILE_UPLOAD_HANDLERS: lets no file fill the disk, yet the form learns of each and keeps the rest.

    The body is read to its end, so that the browser gets an answer instead of a broken connection.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start + len(raw_data) <= MAX_BYTES else None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if file_size <= MAX_BYTES:
            return None
        return UploadedFile(name=self.file_name, content_type=self.content_type, size=file_size)
