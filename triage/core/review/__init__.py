"""What a sent reply shows of care: questions it may have missed, and findings for its writer alone."""
