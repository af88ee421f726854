"""The rules engine: reads ``mappings/``, runs meanings and carriers, and keeps the ledger of what became of every line."""
