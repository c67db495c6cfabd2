"""Refusals of the stand-in Salesforce: a list of one error, as its REST API sends them."""

from __future__ import annotations

from demo.vendors.core import Response


class ApiError(Exception):
    """One refusal."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def response(self) -> Response:
        """The answer."""
        return Response.of([{"message": self.message, "errorCode": self.code}], self.status)
