"""What a landed row must look like: one module per entity, each saying only what is special about that entity.

Which columns an entity has, of which type, and which are required is its shape, and comes from `scoreboard.entities`.
Every suite therefore holds, without saying so: required columns have a value, typed columns are spelled as their type,
the batch has its required columns and at least one row. A module adds the words and ranges that are acceptable.
"""
