"""The lock of a database's file, which is taken for each transaction: filelock's, without making the folder first.

Only whoever writes needs it. To look for the folder and the file, to empty the file and to set its mode anew takes ten
times as long as to lock it.
"""

import fcntl
import os

from filelock import UnixFileLock


class TurnLock(UnixFileLock):
    """A file's lock, in a folder that is there. OSError where the file cannot be opened or locked."""

    def _acquire(self) -> None:
        """Keeps the file open that is locked; where somebody else has locked it, none."""
        file = os.open(self.lock_file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, self._context.mode)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
        except BaseException:
            os.close(file)
            raise
        else:
            self._context.lock_file_fd = file
