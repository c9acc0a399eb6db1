"""What customers mean to buy: a signed-in customer's in the database, a guest's in the browser session."""
