"""The words people read, in zh-Hant, zh-Hans and en: for the edges only, no rule looks in here."""
