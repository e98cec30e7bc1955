"""The portal of Clairval, the fictional town: its people, its directory, its scenarios, its messages.

Everything is written by the services that the pages use, as the people named here: whatever they may not
do fails here too.
"""
