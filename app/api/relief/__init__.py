"""Relief by the API: requests and what is done to them, entries on behalf, the county's ledger, first reports."""
