"""A term, simulated: a campus of made-up people who behave believably, through the real bot, at speed."""
