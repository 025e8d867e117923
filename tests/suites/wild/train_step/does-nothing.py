# verdict: wrong
# names: none
# says: Nothing was seen to happen
# never: copy
train_step = lambda *given: None
