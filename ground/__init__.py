"""What all stand on: time, ids, who acts, transactions, news as rows. It knows no person and no message."""
