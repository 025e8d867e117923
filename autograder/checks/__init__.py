"""From observations to verdicts: comparison, checks and diagnosis.

Runs in the judge and in the student's self-check at home; needs neither torch nor pytest.
"""
