"""Bundles: folders that hold one trained model whole, the home that keeps their versions, and archives of homes.

`predictor` is the contract of what is loaded from one; `values` are what people may change in one, such as wording.
"""
