"""The rules engine: reads ``mappings/``, runs meanings and carriers, keeps the ledger of what became of each line."""
