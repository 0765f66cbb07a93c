"""What may be recorded next: `decide` refuses or makes events, `evolve` folds them and never refuses (law 2).

Importing this room imports every module of it, and so puts each decider in charge of its command and each rule of the
fold of its event.
"""

from ledger.rooms import modules_of

modules_of(__name__)
