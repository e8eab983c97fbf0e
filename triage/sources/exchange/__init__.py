"""An Exchange mailbox (EWS, as Exchange 2016, 2019 and SE speak it), read without a trace."""
