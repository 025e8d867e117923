# verdict: wrong
# names: none
# says: It is not written yet
# never: derivative is computed
def dydx(x0):
    """Later."""
    print("todo")
    return None
