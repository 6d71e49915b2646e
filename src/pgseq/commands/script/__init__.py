"""`pgseq script`: pure SQL files for any client, composed of the texts that check and fix ask. Pure."""
