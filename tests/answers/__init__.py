"""Two invented shops' answers, and questions to them."""
