"""What the site tells everybody: home, help lines, legal pages, accessibility, and the shell around them."""
