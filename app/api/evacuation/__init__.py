"""Evacuations by the API: orders, rolls, reports, the missing list, shelters, returns, the closing report."""
