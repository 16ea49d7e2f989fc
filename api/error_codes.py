"""Registry of the codes of errors: what each means and what to do, from which docs/errors.md is made."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """``status`` is the HTTP status where the request as a whole is refused with it."""

    meaning: str
    remedy: str
    status: int | None = None


Codes = Mapping[str, ErrorCode]

OF_INPUT: Codes = {
    "INVALID": ErrorCode(
        "The value has the wrong form, is too long, or cannot be.",
        "Correct what is named: by `path` in `userErrors`, by `extensions.fields` in `errors`.",
    ),
    "NOT_FOUND": ErrorCode(
        "There is no such record, or the caller may not know that there is.",
        "Look the id up again, for this purpose.",
    ),
    "FORBIDDEN": ErrorCode(
        "No rule of the policy allows it, or not these fields.",
        "Leave out the fields named, or ask an administrator (`explain`).",
    ),
    "PURPOSE": ErrorCode(
        "The fields are not needed for the purpose of the request.",
        "Leave them out, or ask for a purpose that covers them.",
    ),
    "STALE_VERSION": ErrorCode(
        "The record was changed since it was read.", "Read it again and repeat the change."
    ),
    "CONFLICT": ErrorCode("It contradicts what is there.", "Look at what is there."),
    "MASKED_VALUE": ErrorCode(
        "The value is the masked form of what is kept.",
        "Give the value itself, or leave the field out.",
    ),
    "NOT_ALL_SEEN": ErrorCode(
        "The caller does not see every entry of the list in the clear.",
        "Use `contactPointChanges`, or leave the list out.",
    ),
    "SUPPRESSED": ErrorCode(
        "The person was erased and may not be taken in again.",
        "Do not take them in. Who comes back of their own will is let in by `liftSuppression`.",
    ),
    "ERASED": ErrorCode("The customer was erased.", "Nothing: the record stays empty."),
    "ARCHIVED": ErrorCode("The record is archived.", "Restore it first."),
    "DAMAGED": ErrorCode(
        "What is sealed of the record, or its person's key, does not open; nothing was changed.",
        "Restore it from a backup: the log and `farley keys verify` name it.",
    ),
    "INTERNAL_NOTE": ErrorCode(
        "No partner may have an internal note.", "Assign what was said with the customer."
    ),
    "KEY_REUSED": ErrorCode("`clientMutationId` was used with another input.", "Take a new one."),
    "TRANSITION": ErrorCode(
        "No step of the pipeline leads there from the present stage.",
        "Read the pipeline, and take an allowed step.",
    ),
    "DECIDED": ErrorCode("The registered deal was decided before.", "Read it again."),
    "EXPIRED": ErrorCode(
        "Nobody decided about the registered deal in time.", "The partner registers it again."
    ),
    "ASSIGNED": ErrorCode(
        "The customer is another partner's.", "Take it back first (`assignPartner`)."
    ),
    "SAME_PERSON": ErrorCode("Another member of staff has to do it.", "Ask a second person."),
    "HANDLE_TAKEN": ErrorCode(
        "A member or a partner account has the handle.", "Choose another one."
    ),
    "TOO_MANY_KEYS": ErrorCode("The holder has as many keys as it may have.", "Revoke one first."),
    "TOO_MANY": ErrorCode("It was done too often for now.", "Wait, and do it later."),
    "INVALID_POLICY": ErrorCode(
        "The policy would not be valid, and stays as it is.",
        "The message says which rule or line, and why.",
    ),
    "LAST_ADMINISTRATOR": ErrorCode(
        "Nobody could administer the policy any more.", "Make somebody else an administrator first."
    ),
    "OWN_MEMBERSHIP": ErrorCode(
        "Members do not switch or erase themselves.", "Ask another administrator."
    ),
    "ERROR": ErrorCode(
        "Some other rule of Farley's; the message says which.", "As the message says."
    ),
}

OF_FIELDS: Codes = {
    "PAGE_SIZE": ErrorCode(
        "A page is larger than it may be, or not exactly one of `first` and `last` is given.",
        "Give one of them, at most 100 (500 in a trusted document).",
    ),
    "INVALID_CURSOR": ErrorCode(
        "The cursor belongs to another connection, order or filter.", "Begin without it."
    ),
    "SEARCH": ErrorCode("The search has no word, or too many.", "Change the words."),
    "SEARCH_MODE": ErrorCode(
        "The text cannot be searched in this way.", "See the mode with `searchModes`."
    ),
    "TOO_MANY_RECORDS": ErrorCode(
        "Too many records have this address or number.", "Narrow the question."
    ),
    "TOO_MANY_TO_SORT": ErrorCode(
        "Too many records would have to be put in order by a sealed name.", "Filter them."
    ),
    "TIMEOUT": ErrorCode(
        "It took longer than it may (504 for a whole request).",
        "Ask for less; look whether a mutation happened (`extensions.outcome`).",
    ),
    "UNAVAILABLE": ErrorCode(
        "A database or the root key does not answer (503 for a whole request).",
        "Try again after `Retry-After`.",
    ),
    "INTERNAL": ErrorCode(
        "A fault of Farley's (500 for a whole request); `id` stands in the log.", "Report the id."
    ),
}

OF_DOCUMENTS: Codes = {
    "SYNTAX": ErrorCode(
        "The document cannot be read; the message says where.", "Correct it there."
    ),
    "GRAPHQL_VALIDATION_FAILED": ErrorCode(
        "The document does not fit the schema.", "The message names what is wrong."
    ),
    "BAD_USER_INPUT": ErrorCode(
        "A literal or a variable has not the type that is wanted.",
        "The message names path and type.",
    ),
    "SUBSCRIPTIONS_NOT_SUPPORTED": ErrorCode(
        "There are no subscriptions yet.", "Ask again with a query."
    ),
    "PERSISTED_QUERY_NOT_FOUND": ErrorCode(
        "The tenant trusts no document of that id.", "`farley documents add`."
    ),
    "DOCUMENT_TOO_LONG": ErrorCode("The document has too many characters.", "Divide it."),
    "TOO_MANY_TOKENS": ErrorCode("It has too many tokens.", "Divide it."),
    "TOO_MANY_ALIASES": ErrorCode("It has too many aliases.", "Divide it."),
    "TOO_MANY_DIRECTIVES": ErrorCode("It has too many directives.", "Leave some out."),
    "TOO_MANY_ROOT_FIELDS": ErrorCode("An operation has too many root fields.", "Divide it."),
    "TOO_MANY_FIELDS": ErrorCode("An operation has too many fields.", "Ask for fewer."),
    "TOO_DEEP": ErrorCode("It is nested too deeply.", "Ask for fewer levels."),
    "TOO_COMPLEX": ErrorCode(
        "Too many fields of one name would have to be compared.", "Ask for each field once."
    ),
    "TOO_EXPENSIVE": ErrorCode("The request may cost more than it may.", "Ask for smaller pages."),
}

OF_REQUESTS: Codes = {
    "BAD_REQUEST": ErrorCode(
        "The body or a parameter is none of GraphQL over HTTP.",
        "Send what docs/limits.md says.",
        400,
    ),
    "NO_OPERATION": ErrorCode(
        "The document has no such operation, or not for this method.",
        "Name one of the document's operations.",
        400,
    ),
    "UNAUTHENTICATED": ErrorCode("There is no bearer token.", "Send one in `Authorization`.", 401),
    "INVALID_TOKEN": ErrorCode("The token is not valid, or not any more.", "Get a new one.", 401),
    "STANDING_CHANGED": ErrorCode(
        "Role, department or scopes of the caller were changed while the request ran.",
        "Ask again; look whether a mutation happened (`extensions.outcome`).",
        409,
    ),
    "PURPOSE_NOT_ALLOWED": ErrorCode(
        "For this purpose the caller may do nothing.",
        "Send `Farley-Purpose` with one of `extensions.purposes`.",
        403,
    ),
    "UNKNOWN_PURPOSE": ErrorCode(
        "The purpose is not declared, or none was named.", "As above.", 403
    ),
    "NO_POLICY": ErrorCode(
        "There is no valid policy, so nothing is allowed.", "`farley policy restore`.", 403
    ),
    "NOT_ALLOWED": ErrorCode(
        "The credential lacks the scope for it.", "Take a token with the scope.", 403
    ),
    "INTROSPECTION_NOT_ALLOWED": ErrorCode(
        "Introspection needs the scope `introspection`, except in development.",
        "Take a token with the scope.",
        403,
    ),
    "DOCUMENT_NOT_TRUSTED": ErrorCode(
        "Only trusted documents are answered.",
        "Send a `documentId`, or take a token with the scope `adhoc`.",
        403,
    ),
    "ORIGIN_NOT_ALLOWED": ErrorCode(
        "A page of that origin may not ask (the answer to a preflight).",
        "Name the origin in `FARLEY_CORS_ORIGINS`.",
        403,
    ),
    "UNKNOWN_PATH": ErrorCode(
        "There is nothing at this path; a slash at the end makes it another one.",
        "Send operations to `/graphql`.",
        404,
    ),
    "METHOD_NOT_ALLOWED": ErrorCode(
        "The method is not one of those in `Allow`.", "Send one of them.", 405
    ),
    "NOT_ACCEPTABLE": ErrorCode(
        "Nothing that is accepted is offered.", "Accept `application/json`.", 406
    ),
    "TOO_SLOW": ErrorCode(
        "The headers or the body take too long to come.", "Send them faster.", 408
    ),
    "TOO_LARGE": ErrorCode("The body is too large.", "Send less.", 413),
    "UNSUPPORTED_MEDIA_TYPE": ErrorCode(
        "The body is not said to be JSON.", "Send `content-type: application/json`.", 415
    ),
    "HEADERS_TOO_LARGE": ErrorCode(
        "The address and the headers are too long, or there are too many.", "Send less.", 431
    ),
    "RATE_LIMITED": ErrorCode(
        "The credential has spent its points.", "Wait for `Retry-After`.", 429
    ),
    "TOO_MANY_REQUESTS": ErrorCode(
        "Too many requests were sent on one connection before their answers.", "Await some.", 429
    ),
    "TOO_MANY_ATTEMPTS": ErrorCode(
        "Too many credentials from this address did not hold.", "Wait for `Retry-After`.", 429
    ),
    "RESTORE_NEEDED": ErrorCode(
        "A database was restored, and who was erased since has to be erased again.",
        "`farley restore`.",
        503,
    ),
}

OF_EXCHANGES: Codes = {
    "INVALID_REQUEST": ErrorCode("The form cannot be read, or lacks a parameter.", "Correct it."),
    "INVALID_GRANT": ErrorCode(
        "A token does not hold, or nobody acts for its subject.", "Get a new token."
    ),
    "INVALID_SCOPE": ErrorCode(
        "A scope is not known, or not to be had.", "Ask for those that both tokens have."
    ),
    "INVALID_TARGET": ErrorCode("The token is wanted for another server.", "Leave `audience` out."),
    "UNAUTHORIZED_CLIENT": ErrorCode(
        "The actor may not act for others.", "Take a key with the scope `act_for`."
    ),
    "UNSUPPORTED_GRANT_TYPE": ErrorCode(
        "Tokens are exchanged here, and no more.", "Name the grant of RFC 8693."
    ),
}

OF_COMMANDS: Codes = {
    "DUPLICATE": ErrorCode("An earlier record has this reference.", "Give each record its own."),
    "UNKNOWN_REFERENCE": ErrorCode(
        "A record names another one that is not there.", "Import that one first."
    ),
    "ENCODING": ErrorCode(
        "The line is not text of the file's encoding.", "Save the file as UTF-8."
    ),
    "INVISIBLE": ErrorCode(
        "Characters that nobody sees were dropped from a cell; the record was taken in.",
        "Look at where the file comes from.",
    ),
    "WITHDRAWN": ErrorCode(
        "The record was rejected, but its withdrawal of consent was taken in.",
        "Nothing, or correct the rest.",
    ),
    "COLUMNS": ErrorCode("The line has more or fewer cells than the header.", "Correct the line."),
    "QUOTES": ErrorCode("The quotes of the line are wrong.", "Correct the line."),
    "NUL": ErrorCode("The line holds a NUL character.", "Correct the line."),
    "TOO_LONG": ErrorCode("A cell or a line is too long.", "Correct the line."),
    "UNCLOSED_QUOTE": ErrorCode("A quote is opened and never closed.", "Correct the line."),
    "DEMO_UNAVAILABLE": ErrorCode("The demo's names cannot be made.", "See the message."),
    "NO_FAKER": ErrorCode(
        "The package that makes up names is not installed.", "Install the extra `demo`."
    ),
}

CODES: Codes = {
    **OF_INPUT,
    **OF_FIELDS,
    **OF_DOCUMENTS,
    **OF_REQUESTS,
    **OF_EXCHANGES,
    **OF_COMMANDS,
}
