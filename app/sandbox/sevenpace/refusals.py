"""How the 7pace stand-in says no: error codes, their HTTP status, the body they travel in."""

from app.sandbox.wire import Reply, json_reply

# The codes are the vendor's, its misspelling included; which status goes with which code is assumed
# where the vendor's list of statuses does not say it.
STATUS_OF_CODE = {
    "UnexpectedError": 500,
    "ApiVersionError": 400,
    "UnauthorizedError": 401,
    "AccessDenied": 403,
    "NoRightsToWorkLogModification": 403,
    "EntityNotFound": 404,
    "ApprovalStateFailed": 409,
    "BatchTooLarge": 413,
    "WorkItemIdOrCommentRequired": 400,
    "LengthIsRequired": 400,
    "LengthMustBePositive": 400,
    "FutureCheckFailed": 400,
    "FilterWorkItemIdsCountExceeded": 400,
    "ActivityTypeDisabled": 400,
    "DbValidationError": 422,
    "QuoteExceededError": 429,
}
_CODE_OF_STATUS = {
    400: ("DbValidationError", "Requested information is incomplete or malformed"),
    401: ("UnauthorizedError", "Authorization has been denied for this request."),
    403: ("AccessDenied", "Access denied. Not enough rights"),
    404: ("EntityNotFound", "Requested entity was not found"),
    409: ("ApprovalStateFailed", "Data conflict"),
    422: ("DbValidationError", "Validation error"),
    429: ("QuoteExceededError", "Quota exceeded. (10 per second, 100 per minute)"),
}


class RefusalError(Exception):
    """The server's no, with the vendor's error code."""

    def __init__(self, code: str, description: str) -> None:
        """Keep the code, which fixes the status, and a sentence."""
        super().__init__(description)
        self.code = code
        self.status = STATUS_OF_CODE[code]


class ViolationError(RefusalError):
    """A tracking wish against the server's rules: an HTTP 200 with an error state, or a 4xx."""


def malformed(description: str) -> RefusalError:
    """Return the refusal of a wrongly typed parameter or body: it carries `ApiVersionError`."""
    return RefusalError("ApiVersionError", description)


def error_reply(status: int, code: str, description: str) -> Reply:
    """Return the body that both 7pace APIs send with an error status."""
    return json_reply(
        status,
        {
            "error": {
                "statusCode": status,
                "errorCode": code,
                "errorDescription": description,
                "message": description,
            }
        },
    )


def refusal_reply(refusal: RefusalError) -> Reply:
    """Return the answer to a refused call."""
    return error_reply(refusal.status, refusal.code, str(refusal))


def status_reply(status: int) -> Reply:
    """Return a typical body for an HTTP status."""
    code, description = _CODE_OF_STATUS.get(status, ("UnexpectedError", "Unexpected error"))
    return error_reply(status, code, description)


def no_route_reply(status: int, path: str) -> Reply:
    """Return what the framework below the API says: another shape, `Message` with a capital."""
    if status == 405:
        return json_reply(405, {"Message": "The requested resource does not support this method."})
    return json_reply(404, {"Message": f"No HTTP resource was found that matches '{path}'."})
