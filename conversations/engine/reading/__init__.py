"""How rules read text: words, phrases, politeness, answers. Pure, shared by all skills, knows nothing of any of them."""
