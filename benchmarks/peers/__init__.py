"""Others who can do what strikerules does of a batch, each in the form that suits it best."""
