"""The library's own tests of recorders, made importable.

Their module imports `eventsourcing.cipher` for tests of ciphers, which are not ours, and with it a package
of cryptography that kaoji does without. An empty stand-in is put there while the module is imported.
"""

import sys
from types import ModuleType

_CIPHER = "eventsourcing.cipher"

_absent = _CIPHER not in sys.modules
if _absent:
    _stand_in = ModuleType(_CIPHER)
    _stand_in.AESCipher = object  # type: ignore[attr-defined]
    sys.modules[_CIPHER] = _stand_in
try:
    from eventsourcing.tests.persistence import (
        AggregateRecorderTestCase,
        ApplicationRecorderTestCase,
        NonInterleavingNotificationIDsBaseCase,
    )
finally:
    if _absent:
        del sys.modules[_CIPHER]

__all__ = [
    "AggregateRecorderTestCase",
    "ApplicationRecorderTestCase",
    "NonInterleavingNotificationIDsBaseCase",
]
