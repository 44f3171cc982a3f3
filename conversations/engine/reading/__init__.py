"""How rules read text: words, phrases, politeness, answers. Pure, and the same for all skills."""
