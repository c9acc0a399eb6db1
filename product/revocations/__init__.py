"""Sessions that auth has ended early: their access tokens are refused here, within seconds."""
