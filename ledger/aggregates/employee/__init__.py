"""One employee's stream: place, wages, rewards, notices against them and the appeals about these."""

from ledger.rooms import modules_of

modules_of(__name__)
