"""A live page: change a case and see at once what a policy makes of it."""
