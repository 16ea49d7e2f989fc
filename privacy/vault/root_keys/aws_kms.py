"""AWS KMS as a root-key provider (extra ``aws``)."""

import logging
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from privacy.vault.providers import KeyProviderUnavailableError, WrongRootKeyError
from privacy.vault.root_keys.key_envelope import envelope_parts, root_id

# INVARIANT: at DEBUG botocore logs whole requests and answers, which hold keys.
logging.getLogger("botocore").setLevel(logging.INFO)

LIMITS = Config(
    connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2}
)
_WRONG = {"IncorrectKeyException", "InvalidCiphertextException"}
_FOREIGN = "The ciphertext refers to a customer master key"


class AwsKmsKeyProvider:
    """Encrypts with a symmetric KMS key, by id, ARN or alias; credentials come as the AWS SDKs find them.

    The encryption context holds Farley's context (tenant and use) and stands in CloudTrail. A rotation of
    the key's material, on demand or yearly, makes another newest root key of the same KMS key.
    """

    def __init__(self, region: str, key: str) -> None:
        self._key = key
        self._client = boto3.session.Session().client("kms", region_name=region, config=LIMITS)

    def __repr__(self) -> str:
        return f"AwsKmsKeyProvider({self._key!r})"

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Encrypt a key, bound to ``context``."""
        root = self._newest()
        answer = self._ask(
            "encrypt", KeyId=self._key, Plaintext=key, EncryptionContext=_bound(context, root)
        )
        return root + bytes(answer["CiphertextBlob"])

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt; no other KMS key is tried, whatever the ciphertext names."""
        root, ciphertext = envelope_parts(wrapped)
        answer = self._ask(
            "decrypt",
            KeyId=self._key,
            CiphertextBlob=ciphertext,
            EncryptionContext=_bound(context, root),
        )
        return bytes(answer["Plaintext"])

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Encrypt anew within KMS: the key does not come here."""
        (root, ciphertext), newest = envelope_parts(wrapped), self._newest()
        answer = self._ask(
            "re_encrypt",
            SourceKeyId=self._key,
            DestinationKeyId=self._key,
            CiphertextBlob=ciphertext,
            SourceEncryptionContext=_bound(context, root),
            DestinationEncryptionContext=_bound(context, newest),
        )
        return newest + bytes(answer["CiphertextBlob"])

    def current(self, wrapped: bytes) -> bool:
        """Whether the key and its material are those that KMS would encrypt with now."""
        return envelope_parts(wrapped)[0] == self._newest()

    def _newest(self) -> bytes:
        """Asked before encrypting: a rotation in between costs a needless rewrap, never a missing one."""
        key = self._ask("describe_key", KeyId=self._key)["KeyMetadata"]
        return root_id(f"aws-kms|{key['Arn']}|{key.get('CurrentKeyMaterialId', '')}")

    def _ask(self, operation: str, **request: Any) -> Mapping[str, Any]:
        try:
            answer: Mapping[str, Any] = getattr(self._client, operation)(**request)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _WRONG or error.response["Error"].get("Message", "").startswith(_FOREIGN):
                raise self._wrong() from None
            raise KeyProviderUnavailableError(
                f"AWS KMS refuses to {operation} with {self._key}: {code}"
            ) from None
        except ParamValidationError:
            raise self._wrong() from None
        except BotoCoreError as error:
            raise KeyProviderUnavailableError(
                f"AWS KMS does not answer for {self._key}: {type(error).__name__}"
            ) from None
        return answer

    def _wrong(self) -> WrongRootKeyError:
        return WrongRootKeyError(
            f"the AWS KMS key {self._key} does not open this tenant key: is it the right one?"
        )


def _bound(context: bytes, root: bytes) -> dict[str, str]:
    return {"farley": context.decode(), "root": root.hex()}
