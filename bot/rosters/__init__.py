"""Duty rosters at work: empty nights are raised in the afternoon, and numbers are tried by contact tests (通联测试)."""
