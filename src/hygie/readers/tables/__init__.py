"""Tables as the administration publishes them: robust, streamed, accounted for row by row."""
