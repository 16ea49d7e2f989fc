"""Fixed vectors of Farley's formats, version 1, made with other code than Farley's.

They are checked in so that no later version fails to open, or to find, what an earlier one kept.
"""

TENANT = "018f0000-0000-7000-8000-000000000001"
ROW = "018f0000-0000-7000-8000-000000000002"
SUBJECT = "018f0000-0000-7000-8000-000000000003"

ROOT_KEY = bytes(range(64, 96))
TENANT_KEY = bytes(range(96, 128))
INDEX_ROOT = bytes(range(32, 64))
DATA_KEY = bytes(range(32))
DATA_KEY_NUMBER = 7

PLAINTEXT = b"\x81\x01\xa3Ada"
SEALED = bytes.fromhex(
    "0101000000076465666768696a6b6c6d6e6fc91a7d271d88cccfe248060744de61287c5e5edece2f"
)

WRAPPED_TENANT_KEY = bytes.fromhex(
    "010101010101010101010101d384e8a9c6651fed311ebbebb74c4bbb"
    "316c5f77c5d20d06335fbdc1a228432cffbdf67ff64b24e8eaf5865bf3c5e4d4"
)
WRAPPED_INDEX_ROOT = bytes.fromhex(
    "0202020202020202020202026d08b54788c343d4afd9f7c6de7f9926"
    "03c6743daf6ef775f4fc0ce9689f928bfd5ce7dccfe1b0f3363131610953b3b4"
)
WRAPPED_DATA_KEY = bytes.fromhex(
    "03030303030303030303030315efcd961629a1dd640f3a1ce250bb12"
    "48380ef11f5e23fb5450ade76f91a1c8d36daf4909f6c8ca8b3c707fbf2df0a0"
)

EMAIL_TAG = bytes.fromhex("9f980ed73806e1f90f75c94dc5fca6b57e2ebe9c5bf8cbfffc45e4de2d20cf61")
EMAIL_SUPPRESSION = bytes.fromhex(
    "91831ff508e66cebd168eea121c23db00aad811e5b59bc1bfbb188279ed45dd2"
)
REFERENCE = bytes.fromhex("66006d89bf784989cf2995cca2ab7196")
FINGERPRINT = bytes.fromhex("428ad6c3aa9dfe198ed10d01e5d9533e477ffc943a1517d113630c11d9898534")
CURSOR_KEY = bytes.fromhex("9d1b10a774c9e4c8fba8232cd7fc72c6d0240176bc278876a21ab216a262a17c")

LEAF = (
    b'{"action":"CustomerUpdated","actor":"member:1","at":"2026-11-21T10:30:05.123456Z",'
    b'"entities":["018f0000-0000-7000-8000-000000000002"],"fields":["emails"],"policy_version":3,'
    b'"purpose":"sales","resource":"customer","subjects":["ab12"]}'
)
LEAF_HASH = bytes.fromhex("9932220be4e300bc33ab07e1ebfeabd457de2a616432e4446617d649652f6a6e")
