"""A second, independent computation of the published figures: plain Python, exact fractions, no SQL, no code of the product.

`company.compute` reads an inbox and seeds and returns the tables; `random_company` writes small companies full of edges;
`check` holds a home's published tables against the computation.
"""
