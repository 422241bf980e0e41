"""Words: every sentence that people are given, in every language; this package knows nobody and sends nothing."""
